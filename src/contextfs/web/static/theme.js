// Before anything is drawn: the colour scheme that was chosen here, if one was.
(() => {
  const chosen = localStorage.getItem("contextfs-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
})();
