"""Compound words such as `UserAuth`: which words are several glued together, and which are names of things.

`PaymentWebhook` is two words, `JavaScript` is one that happens to be written with a hump. Only a list can tell.
"""

from __future__ import annotations

# Names of products and languages that have the shape of a compound. Those with two capitals in a row
# (PostgreSQL, FastAPI, OAuth) need no entry: they are never taken for one.
_NAMES = frozenset(
    """
    AppKit AppSync BigQuery BitBucket Bitbucket BlueSky ClickHouse CloudFlare CloudFormation CloudFront CloudWatch
    CoffeeScript CoreData DataDog DataFrame DigitalOcean DockerHub DuckDuckGo ElasticSearch EventBridge FaceBook
    FireStore FreeType GitBook GitHub GitLab GoLand HashiCorp HuggingFace InDesign IndexedDb JavaScript
    JetBrains LangChain LangGraph LinkedIn LlamaIndex MailChimp MediaWiki MetaMask MicroPython MobX NewRelic
    OpenApi OpenCode OpenId OpenSearch OpenShift OpenStack OpenTelemetry PagerDuty PayPal PhpStorm PlanetScale
    PlayStation PowerPoint PowerShell PowerShell PyCharm PyTorch RavenDb RocksDb SalesForce SendGrid ServiceNow
    SharePoint SolidJs StackOverflow SwiftUi TailScale TeamCity TensorFlow TestFlight ThreeJs TimeScale
    TravisCi TypeScript VirtualBox VueJs WebAssembly WebHook WebKit WebPack WebSocket WebStorm WhatsApp WireGuard
    WordPress YouTube
    """.split()  # noqa: SIM905 - a list literal would be a hundred quoted lines
)


def humps(word: str) -> list[str]:
    """The parts of `UserAuth` or `userAuth`; a word that is no compound is its only part."""
    if word in _NAMES or not word.isascii() or not word.isalpha():
        return [word]
    starts = [0, *(place for place, letter in enumerate(word) if place and letter.isupper())]
    parts = [word[start:end] for start, end in zip(starts, [*starts[1:], len(word)], strict=True)]
    # One letter is no word: iPhone, eBay, OAuth and PostgreSQL stay whole.
    return parts if len(parts) > 1 and all(len(part) > 1 for part in parts) else [word]


def is_compound(word: str) -> bool:
    """Whether a word is several words written as one, as names in code are."""
    if word[1:].islower() or word in _NAMES or not word.isascii() or not word.isalpha():
        return False
    ends = [place for place, letter in enumerate(word) if place and letter < "a"] + [len(word)]
    starts = [0, *ends]
    return len(ends) > 1 and all(end - start > 1 for start, end in zip(starts, ends, strict=False))
