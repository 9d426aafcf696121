"""Who did something, as people read it: the ledger's own names are for machines."""

from gateway.vocabulary import Words
from gateway.web.live.live_words import Language

_PROGRAM: dict[str, Words] = {
    "(airwarn)": Words("系统自动", "by itself"),
    "(local)": Words("服务器命令", "a command on the server"),
    "(init)": Words("初始令牌", "the initial token"),
    "(link)": Words("对方在网页上", "themselves, by the page"),
    "(sms)": Words("对方短信", "themselves, by SMS"),
}
_USER = "user:"


def actor_in_words(actor: str, language: Language) -> str:
    """Somebody's sign-in name, what the program calls itself, or which token it was."""
    if actor in _PROGRAM:
        words = _PROGRAM[actor]
        return words.zh if language == "zh" else words.en
    if actor.startswith(_USER):
        return actor.removeprefix(_USER)
    return f"令牌 {actor}" if language == "zh" else f"token {actor}"
