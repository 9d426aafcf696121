"""What a browser shows where an address leads nowhere, the door refuses it, or the gateway failed: a page."""

from aiohttp import web

from gateway.vocabulary import Words
from gateway.web.console.frame import unframed
from gateway.web.problems import Handler

_DOCUMENTS = ("/api/", "/callbacks/", "/cap/", "/health", "/s/", "/static/", "/v/")  # or with own pages
_PUBLIC = "/public"
_PROBLEM = "application/problem+json"
_WORDS = {
    403: Words(
        "请求来自别的网站，已拒绝。请在本系统的页面上操作。",
        "Requests from pages of other sites are refused: do it on a page of ours.",
    ),
    404: Words("没有这个页面。", "There is no such page."),
    405: Words("这个地址只接受表单，请回到页面上操作。", "This address takes a form: go back to its page."),
    408: Words("等得太久，请再试一次。", "That took too long: try again."),
    421: Words(
        "不能用这个网址打开。请用管理员给的网址；管理员可在设置 public_url 或 api.allowed_hosts 里加上它。",
        "This server does not go by that name. Use the address that the office gave you; it is stated in the "
        "settings public_url or api.allowed_hosts.",
    ),
    500: Words(
        "程序出错，可能没有完成。请先查看结果，再决定是否重试；错误已记入日志。",
        "The gateway failed, and may not have done it. Look at the result before you try again.",
    ),
    429: Words("太频繁，请稍后再试。", "Too often: try again in a moment."),
    503: Words(
        "系统暂时不能处理，可能没有完成。请稍后再看；几分钟后还是这样，请联系管理员。",
        "Not possible just now, and perhaps not done. Look again in a moment; tell an administrator if it "
        "goes on.",
    ),
}


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put a page in the place of a problem document, for browsers that open a page's address."""
    response = await handler(request)
    status = 404 if response.status == 401 else response.status  # what is no page of ours asks for a token
    words = _WORDS.get(status)
    if (
        words is None
        or response.content_type != _PROBLEM
        or request.path.startswith(_DOCUMENTS)
        or "text/html" not in request.headers.get("Accept", "")
    ):
        return response
    of_public = request.path.startswith(_PUBLIC)
    shown = unframed(
        request, "astray.html", status=status, words=words, home=_PUBLIC if of_public else "/console"
    )
    if of_public:  # its pages leave nothing with their readers
        shown.cookies.clear()
    if response.keep_alive is False:  # as whoever refused it wished
        shown.force_close()
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            shown.headers[name] = response.headers[name]
    return shown
