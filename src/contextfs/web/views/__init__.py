"""The views: each is one module with its ROUTES and one folder of templates of the same name."""
