"""Defects of headers, cookies and pages: nearly all of them data."""

from harness.demo.behaviour import HOSTS
from harness.demo.defect_routes import EXPIRED_SECURITY_TXT, GIT_CONFIG, METRICS, listing
from harness.demo.looks import SCRIPT
from harness.demo.portal import file
from harness.demo.switch import Defect, both, header, listed, replaced, route, setting

_HSTS, _CSP = "Strict-Transport-Security", "Content-Security-Policy"
_EVERYWHERE = ("document", "form", "static", "api", "error", "redirect", "plain")

DEFECTS: tuple[Defect, ...] = (
    Defect(
        "http-serves-pages",
        ("HTTP-01",),
        "The portal's pages are served over plain HTTP",
        "http",
        setting("plain.portal", "serve"),
    ),
    Defect(
        "http-redirects-api",
        ("HTTP-02",),
        "API requests over plain HTTP are redirected instead of refused",
        "http",
        setting("plain.api", "redirect"),
    ),
    Defect(
        "hsts-short",
        ("HTTP-03",),
        "HSTS lasts for one day",
        "headers",
        header(_HSTS, "max-age=86400; includeSubDomains"),
    ),
    Defect(
        "hsts-over-http",
        ("HTTP-04",),
        "HSTS is sent over plain HTTP too",
        "headers",
        header(_HSTS, "max-age=63072000; includeSubDomains", "plain"),
    ),
    Defect(
        "csp-report-only",
        ("HTTP-05",),
        "The sign-in page's Content-Security-Policy only reports",
        "headers",
        both(
            header(_CSP, None, "form"),
            header(f"{_CSP}-Report-Only", "default-src 'self'; object-src 'none'; base-uri 'none'", "form"),
        ),
    ),
    Defect(
        "csp-unsafe-inline",
        ("HTTP-06",),
        "The sign-in page's Content-Security-Policy allows inline script",
        "headers",
        replaced(_CSP, "'nonce-{nonce}'", "'unsafe-inline'", "form"),
    ),
    Defect(
        "csp-nonce-fixed",
        ("HTTP-07",),
        "The nonce of the Content-Security-Policy never changes",
        "headers",
        setting("nonce", lambda: "Zml4ZWQtbm9uY2UtMTIzNDU2"),
    ),
    Defect(
        "framing-allowed",
        ("HTTP-08",),
        "Any site may frame the sign-in page",
        "headers",
        both(header("X-Frame-Options", None, "form"), replaced(_CSP, "; frame-ancestors 'none'", "", "form")),
    ),
    Defect(
        "sniffing-allowed",
        ("HTTP-09",),
        "Static files come without nosniff",
        "headers",
        header("X-Content-Type-Options", None, "static"),
    ),
    Defect(
        "charset-missing",
        ("HTTP-10",),
        "The script's Content-Type names no charset",
        "headers",
        route("portal", "/static/site.js", "GET", file(SCRIPT, "text/javascript")),
    ),
    Defect(
        "referrer-unsafe",
        ("HTTP-11",),
        "Full addresses are passed on to other sites",
        "headers",
        header("Referrer-Policy", "unsafe-url"),
    ),
    Defect(
        "permissions-missing",
        ("HTTP-12",),
        "Pages come without Permissions-Policy",
        "headers",
        header("Permissions-Policy", None),
    ),
    Defect(
        "opener-shared",
        ("HTTP-13",),
        "Pages come without Cross-Origin-Opener-Policy",
        "headers",
        header("Cross-Origin-Opener-Policy", None),
    ),
    Defect(
        "version-banner",
        ("HTTP-14",),
        "The Server header names software and version",
        "headers",
        header("Server", "nginx/1.18.0 (Ubuntu)", *_EVERYWHERE),
    ),
    Defect(
        "record-storable",
        ("HTTP-15",),
        "API answers, patient records among them, may be stored by the browser",
        "headers",
        header("Cache-Control", "private, max-age=600", "api"),
    ),
    Defect(
        "errors-storable",
        ("WEB-13",),
        "Error answers may be stored",
        "headers",
        header("Cache-Control", None, "error"),
    ),
    Defect(
        "mixed-content",
        ("HTTP-26",),
        "The home page loads a picture over plain HTTP",
        "pages",
        listed("markup", f'<img src="http://{HOSTS["portal"]}/static/logo.png" alt="">\n'),
    ),
    Defect(
        "foreign-script",
        ("HTTP-27",),
        "The home page runs another site's script without integrity",
        "pages",
        listed("markup", '<script src="https://cdn.example/chart.js" defer></script>\n'),
    ),
    Defect(
        "token-in-link",
        ("WEB-20",),
        "A link of the home page carries an access token",
        "pages",
        listed("markup", '<a href="/me?access_token=9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d">ข้อมูลของฉัน</a>\n'),
    ),
    Defect(
        "private-address",
        ("WEB-21",),
        "The home page names an internal address",
        "pages",
        listed("markup", "<!-- upstream 10.20.30.40 -->\n"),
    ),
    Defect(
        "git-exposed",
        ("WEB-14",),
        "The repository's configuration can be fetched",
        "routes",
        route("portal", "/.git/config", "GET", GIT_CONFIG),
    ),
    Defect(
        "folder-listing",
        ("WEB-15",),
        "The folder of static files lists what it holds",
        "routes",
        route("portal", "/static/", "GET", listing),
    ),
    Defect(
        "metrics-public",
        ("WEB-16",),
        "The API's metrics are public",
        "routes",
        route("api", "/metrics", "GET", METRICS),
    ),
    Defect(
        "security-txt-expired",
        ("SUP-01",),
        "security.txt expired last year",
        "routes",
        both(
            *(
                route(host, "/.well-known/security.txt", "GET", EXPIRED_SECURITY_TXT)
                for host in ("portal", "api")
            )
        ),
    ),
)
