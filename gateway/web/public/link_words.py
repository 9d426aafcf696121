"""The two languages of the pages behind links."""

from collections.abc import Mapping

from gateway.vocabulary import Words
from gateway.web.live import live_words
from gateway.web.live.live_words import ACTIONS, HTML_LANGUAGE, LEVELS, Language

TEXTS: dict[str, Words] = {
    "title": Words("重污染天气预警签收", "Air warning: sign"),
    "drill": Words("演练，不是真实预警", "EXERCISE – this is not a real warning"),
    "to": Words("致", "To"),
    "starts": Words("启动时间", "Starts"),
    "lifted_from": Words("解除时间", "Lifted from"),
    "takes_effect": Words("生效时间", "Takes effect"),
    "ends": Words("预计解除时间", "Expected end"),
    "open_end": Words("另行通知", "to be announced"),
    "place": Words("区域", "Area"),
    "number": Words("文号", "Document"),
    "sign_by": Words("请在此前签收", "Sign by"),
    "own": Words("本单位要做的", "For you in particular"),
    "order": Words("要求全文", "The full order"),
    "frozen": Words("", "The order itself is in Chinese, as it was approved."),
    "call": Words("有疑问请拨打", "Questions? Call"),
    "to_sign": Words("去签收", "Sign below"),
    "signing": Words("签收", "Sign"),
    "name": Words("姓名", "Name"),
    "role": Words("职务", "Role"),
    "confirm": Words("确认签收", "Confirm receipt"),
    "signing_means": Words(
        "签收表示本单位已收到并知道要做什么。",
        "Signing says that you have received this and know what to do.",
    ),
    "signed": Words("已签收", "Signed"),
    "colon": Words("：", ": "),
    "comma": Words("，", ", "),
    "cannot": Words("做不到？提出异议", "Cannot do it? Object"),
    "objecting": Words("提出异议", "Object"),
    "cannot_stop_safely": Words("不能安全停产", "Cannot stop safely"),
    "other": Words("其他", "Another reason"),
    "reason": Words("原因和打算", "Why, and what you will do instead"),
    "object": Words("提交异议", "Send the objection"),
    "objected": Words("已提出异议", "Objected"),
    "objection_means": Words(
        "异议会转给值班人员，他们会联系您。在此之前，请做能安全做到的。",
        "The officer on duty reads it and calls you. Until then do what you safely can.",
    ),
    "finishing": Words("做完了？报告完成", "Done? Report it"),
    "note": Words("说明（可不填）", "Note (may be left out)"),
    "photos": Words("照片（可不选，最多 5 张，每张 5 MB）", "Photos (up to 5, 5 MB each; may be left out)"),
    "done": Words("报告完成", "Report that it is done"),
    "was_done": Words("已报告完成", "Reported as done"),
    "pictures": Words("照片 {} 张", "{} photos"),
    "replaced": Words(
        "这份要求已被新的决定取代，不用再按它执行。", "A newer decision has replaced this order."
    ),
    "lifted": Words("预警已解除，不用再执行。", "The warning has been lifted: nothing of this is required."),
    "withdrawn": Words("这份通知已撤回，不作数。", "This notice has been withdrawn and does not count."),
    "see_newer": Words("看新的通知并签收", "Read and sign the newer notice"),
    "missing_title": Words("链接无效", "This link does not work"),
    "missing": Words(
        "链接不对或已过期。请打开最新短信里的完整链接，或致电发出通知的单位。",
        "The link is wrong or has run out. Open the whole link of the newest message, or call who sent it.",
    ),
    "verify_title": Words("核实预警联系方式", "Confirm a contact"),
    "verify_drill": Words("演练用的核实", "this is part of an exercise"),
    "verify_question": Words(
        "{} 是下列单位的预警联系方式吗？", "Is {} a contact of these organisations for warnings?"
    ),
    "verify_why": Words(
        "由“{}”核实，以便发布重污染天气预警时能及时通知到人。这不是预警，没有措施要求。",
        "Asked by {}, so that warnings of heavy air pollution reach the right people."
        " This is no warning: nothing has to be done now.",
    ),
    "verify_yes": Words("是，继续发到这里", "Yes, keep sending here"),
    "verify_no": Words("不是，不要再发到这里", "No, send nothing here any more"),
    "verify_other": Words("换了联系人？填写新的", "Somebody else now? Tell us"),
    "verify_name": Words("新联系人姓名", "Name"),
    "verify_number": Words("电话", "Telephone number"),
    "verify_send": Words("提交", "Send"),
    "verify_again": Words("改变答复", "Change the answer"),
    "verify_confirmed": Words("已答复：是", "Answered: yes"),
    "verify_denied": Words("已答复：不是", "Answered: no"),
    "verify_changed": Words("已收到新的联系人", "The new contact was received"),
    "verify_then_confirmed": Words("谢谢。预警仍会发到这里。", "Thank you. Warnings go on coming here."),
    "verify_then_denied": Words(
        "谢谢。这些单位的预警不再发到这里。",
        "Thank you. Warnings for these organisations no longer come here.",
    ),
    "verify_then_changed": Words(
        "谢谢。核对以后才会更换，在此之前预警仍会发到这里。",
        "Thank you. It is checked before it is used; until then warnings still come here.",
    ),
    "too_often": Words("请稍后再试。", "Please try again later."),
    "failed": Words("没有提交成功：", "This was not sent: "),
}


class Speech(live_words.Speech):
    """Everything that the pages say in one language."""

    def __init__(self, language: Language, texts: Mapping[str, Words] = TEXTS) -> None:
        super().__init__(language, texts)
        self.html_language = HTML_LANGUAGE[language]

    def headline(self, action: str, level: str | None) -> str:
        """What was decided, in the words of the chip: `橙色预警`, `预警解除`."""
        return self.of(
            LEVELS[level] if level in LEVELS and action not in ("hint", "retract") else ACTIONS[action]
        )
