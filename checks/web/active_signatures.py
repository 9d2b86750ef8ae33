"""What software says that it should keep to itself: signatures as data, each a bounded regular expression.

`ERRORS` are (name, pattern) over texts of error replies. `PATHS` are (group, path, name, pattern) over the
bodies of well-known paths: a status proves nothing, for many sites answer 200 to everything.
"""

#: Stack traces, debug pages, SQL errors and file paths; every repetition is bounded, the text is hostile.
ERRORS: tuple[tuple[str, str], ...] = (
    ("Python traceback", r"Traceback \(most recent call last\)|File \"[^\"\n]{1,200}\.pyx?\", line \d+"),
    ("Django debug page", r"You(?:'|&#x27;|&#39;)re seeing this error because you have <code>DEBUG = True"),
    ("Werkzeug debugger", r"Werkzeug Debugger|<div class=\"traceback\">"),
    ("Java stack trace", r"\bat [\w.$]{3,200}\([\w$]{1,80}\.(?:java|kt|scala|groovy):\d+\)"),
    ("Java exception", r"\b(?:java|javax|jakarta|org|com)\.[\w.$]{3,150}(?:Exception|Error)\b[:\s]"),
    ("PHP error", r"(?:Fatal error|Parse error|Warning|Notice|Deprecated)(?:</b>)?: .{1,400}? in (?:<b>)?[^\s<]{1,200}\.php"),
    ("PHP stack trace", r"Stack trace:\s{0,20}(?:<br ?/?>\s{0,20})?#0 "),
    (".NET stack trace", r"\bat [\w.`<>+]{3,200}\([^()\n]{0,200}\) in [A-Za-z]?:?[\\/][^\n]{1,200}:line \d+"),
    (".NET error page", r"Server Error in '[^'\n]{0,100}' Application|\bSystem\.[\w.]{2,100}Exception: "),
    ("Node stack trace", r"\bat [^\n()]{0,150}\(?(?:file://)?/?[^\s()]{1,200}\.[cm]?[jt]s:\d+:\d+\)?|\(node:internal/"),
    ("Go panic", r"goroutine \d+ \[[a-z ]{3,30}\]:|panic: runtime error|\.go:\d+ \+0x[0-9a-f]+"),
    ("Ruby backtrace", r"[\w/.-]{1,200}\.rb:\d+:in [`'\"]|Action Controller: Exception caught"),
    ("MySQL error", r"You have an error in your SQL syntax|MySQLSyntaxErrorException|mysqli?_\w{3,30}\(\):"),
    ("PostgreSQL error", r"PSQLException|psycopg\d?\.errors|\bPG::\w{3,60}Error|ERROR:\s{1,4}syntax error at or near"),
    ("Oracle error", r"\bORA-\d{5}\b"),
    ("SQL Server error", r"Unclosed quotation mark after the character string|Microsoft OLE DB Provider|\[SQL Server\]"),
    ("SQLite error", r"sqlite3?\.(?:Operational|Integrity|Programming|Database)Error|SQLite3?::\w{0,20}Exception|\[SQLITE_ERROR\]"),
    ("SQL error state", r"SQLSTATE\[\w{5}\]"),
    ("file path", r"(?<![\w\"'=(/.:])/(?:home|usr|var|opt|srv|app|workspace)/[\w.@-]{1,60}(?:/[\w.@-]{1,60}){0,12}\.(?:py|php|rb|java|go|jsp|cs|class|jar)\b"),
    ("Windows file path", r"\b[A-Z]:\\(?:inetpub|Users|Windows|Program Files|www|app)\\[^\s<>\"]{1,200}"),
)  # fmt: skip

#: A text file never starts with markup; `\A` with this keeps soft-404 pages that quote the path out.
_TEXT = r"\A(?!\s{0,20}<)"
PATHS: tuple[tuple[str, str, str, str], ...] = (
    ("file", ".git/config", "git configuration", _TEXT + r"[\s\S]{0,2000}?\[core\][\s\S]{0,300}?repositoryformatversion"),
    ("file", ".git/HEAD", "git HEAD", r"\A(?:ref: refs/[\w./-]{1,200}|[0-9a-f]{40})\s{0,4}\Z"),
    ("file", ".svn/entries", "Subversion entries", r"\A\d{1,2}\r?\n(?:\r?\n|dir\r?\n)"),
    ("file", ".env", "environment file", _TEXT + r"(?:[^\n]{0,500}\n){0,100}?[A-Z][A-Z0-9_]{0,60}(?:KEY|SECRET|PASS\w{0,8}|TOKEN|HOST|URL|ENV|DSN)=\S"),
    ("file", ".htpasswd", "password file", r"\A[\w.@-]{1,60}:(?:\$(?:apr1|2[aby]|5|6)\$|\{SHA\})"),
    ("file", ".DS_Store", "folder index of macOS", r"\A\x00\x00\x00\x01Bud1"),
    ("file", "backup.sql", "database dump", _TEXT + r"[\s\S]{0,5000}?(?:CREATE TABLE|INSERT INTO|-- (?:MySQL|PostgreSQL) (?:database )?dump)"),
    ("file", "backup.zip", "archive", r"\APK\x03\x04"),
    ("file", "index.php~", "backup copy of a program", r"\A\s{0,20}<\?(?:php|=)"),
    ("file", "web.config", "IIS configuration", r"\A(?:\xef\xbb\xbf)?\s{0,20}<(?:\?xml[^>]{0,100}>\s{0,20}<)?configuration\b"),
    ("file", "WEB-INF/web.xml", "Java deployment descriptor", r"\A\s{0,20}<(?:\?xml[^>]{0,100}>[\s\S]{0,500}?<)?web-app\b"),
    ("file", "phpinfo.php", "phpinfo page", r"<title>(?:PHP \d[\w.-]{0,20} - )?phpinfo\(\)</title>"),
    ("file", "server-status", "Apache status page", r"<title>Apache Status</title>|Apache Server Status for "),
    ("file", "actuator/env", "Spring environment", r"\A\s{0,20}\{[\s\S]{0,2000}?\"propertySources\"\s{0,5}:"),
    ("docs", "openapi.json", "OpenAPI description", r"\A\s{0,20}\{[\s\S]{0,3000}?\"(?:openapi|swagger)\"\s{0,5}:\s{0,5}\"\d"),
    ("docs", "v3/api-docs", "OpenAPI description", r"\A\s{0,20}\{[\s\S]{0,3000}?\"(?:openapi|swagger)\"\s{0,5}:\s{0,5}\"\d"),
    ("docs", "swagger-ui/index.html", "Swagger UI", r"<title>Swagger UI</title>|id=\"swagger-ui\""),
    ("docs", "docs", "API documentation page", r"id=\"swagger-ui\"|SwaggerUIBundle\(|<redoc\b|Redoc\.init\("),
    ("metrics", "metrics", "Prometheus metrics", r"(?:\A|\n)# (?:HELP|TYPE) [A-Za-z_:][\w:]{0,100} \w"),
    ("metrics", "actuator/prometheus", "Prometheus metrics", r"(?:\A|\n)# (?:HELP|TYPE) [A-Za-z_:][\w:]{0,100} \w"),
    ("metrics", "actuator", "Spring actuator index", r"\A\s{0,20}\{\s{0,20}\"_links\"[\s\S]{0,500}?/actuator"),
    ("metrics", "debug/vars", "Go variables", r"\A\s{0,20}\{[\s\S]{0,5000}?\"memstats\"\s{0,5}:"),
    ("graphql", "graphql?query=%7B__typename%7D", "GraphQL endpoint", r"\A\s{0,20}\{[\s\S]{0,500}?\"__typename\"\s{0,5}:\s{0,5}\"\w"),
    ("graphql", "graphiql", "GraphiQL console", r"<title>GraphiQL|GraphiQL\.createFetcher|graphiql(?:\.min)?\.js"),
)  # fmt: skip

#: Folders that are often served as they are; the probe adds those the first page links into.
FOLDERS = ("", "static/", "uploads/", "backup/")
#: Listings as servers write them: Apache and nginx, Python, IIS, Jetty, Tomcat, Node serve-index, Caddy, lighttpd.
LISTING = (
    r"<title>Index of /|<h1>Index of /|<title>Directory listing for /|\[To Parent Directory\]|"
    r"<title>Directory: /|<title>Directory Listing For \[?/|<title>listing directory /|"
    r"<title>Directory Listing</title>|<h1>Directory listing of /"
)
