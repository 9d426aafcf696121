"""The two languages of what is to be mended in the directory."""

from gateway.directory.care import PROBLEM_WORDS, WHAT_TO_DO, Problem
from gateway.ledger.directory.unused import Why
from gateway.vocabulary import Words

_PROBLEMS_EN: dict[Problem, str] = {
    "few_contacts": "fewer than two people who can be reached",
    "dead_address": "messages keep failing there, or a call found somebody else",
    "denied_address": "whoever reads there says that it is not theirs: out of use",
    "changed_contact": "somebody else was named as the contact",
    "never_verified": "never verified",
    "verified_long_ago": "not verified for 90 days",
    "shared_address": "other organisations have the same number or address",
    "same_credit_code": "another organisation has the same credit code",
    "same_name": "another organisation has the same name and area",
    "no_own_plan": "listed, but its own plan was not filed",
    "grade_without_date": "a grade without the day from which it counts",
    "roster_gap": "a gap in the roster: nobody is on duty then",
}
_TO_DO_EN: dict[Problem, str] = {
    "few_contacts": "Add people: two at least",
    "dead_address": "Ask for the new number; or call, and record that it is right",
    "denied_address": "Ask for the new number; or call, and record that it is right",
    "changed_contact": "Call, then accept or refuse the proposal",
    "never_verified": "Call and record the answer",
    "verified_long_ago": "Call and record the answer",
    "shared_address": "Find out whose it is, and mend the other one",
    "same_credit_code": "Find out whether it is one; switch one off",
    "same_name": "Find out whether it is one; switch one off",
    "no_own_plan": "Have it filed; enter the day",
    "grade_without_date": "Enter the day",
    "roster_gap": "Complete the roster, import it again",
}
PROBLEMS: dict[str, Words] = {code: Words(words, _PROBLEMS_EN[code]) for code, words in PROBLEM_WORDS.items()}
TO_DO: dict[str, Words] = {code: Words(words, _TO_DO_EN[code]) for code, words in WHAT_TO_DO.items()}
WHYS: dict[Why, Words] = {
    "denied": Words("答复不是其号码，已停用", "says that it is not theirs: out of use"),
    "opted_out": Words("已退订，不再接收", "opted out: gets nothing"),
    "quiet": Words("勿扰时段，只缓发不急的", "quiet hours: what is not urgent waits"),
}
THEN: dict[Why, Words] = {
    "denied": Words(
        "打电话核实；确实是其号码的，记录后恢复", "Call; if it is theirs, record it: it is used again"
    ),
    "opted_out": Words("改用别的号码或渠道；要恢复，由本人向运营商申请", "Use another number or channel"),
    "quiet": Words("不用处理；预警不受影响", "Nothing: warnings never wait"),
}
TEXTS: dict[str, Words] = {
    "mending": Words("待处理", "To mend"),
    "about_mending": Words(
        "通讯录里要改的地方，一行一处；点“怎么办”就能改。",
        "What is wrong in the directory, a line each; what to do stands beside it and opens the form.",
    ),
    "problem": Words("问题", "What is wrong"),
    "detail": Words("说明", "More"),
    "to_do": Words("怎么办", "What to do"),
    "person": Words("人员", "Person"),
    "at_address": Words("号码或地址", "Number or address"),
    "changed_since": Words("状态", "State"),
    "just_changed": Words("已修改，待复查", "changed, to be checked again"),
    "looked_at": Words("{} 检查了 {} 个单位。", "Checked at {}: {} organisations."),
    "looking": Words("正在重新检查。", "It is being checked again."),
    "first_look": Words(
        "正在检查通讯录，几秒钟就好。本页会自动刷新。",
        "The directory is being checked; it takes seconds. This page reloads by itself.",
    ),
    "wishes": Words("不收的号码", "Numbers out of use"),
    "about_wishes": Words(
        "这些号码和邮箱不再使用，或只缓发不急的消息，以及为什么。",
        "Numbers and mailboxes that are out of use, or get what is not urgent later, and why.",
    ),
    "why": Words("原因", "Why"),
    "since": Words("说明", "More"),
    "then": Words("怎么办", "What to do"),
    "answers": Words("记录电话核实", "Record a call"),
    "about_answers": Words(
        "打电话问：这个号码还是贵单位的吗？再把答复记在这里。",
        "Call and ask whether the number is still theirs; record the answer here.",
    ),
    "other_number": Words(
        "号码换了、人没换：到“{}”里改号码。", "Another number of the same person: change it at “{}”."
    ),
    "which": Words("哪个号码或邮箱", "Which number or mailbox"),
    "said": Words("对方的答复", "What they said"),
    "confirmed": Words("是，号码没错", "Yes, it is right"),
    "denied": Words("不是，以后不用这个号码", "No: it is used no more"),
    "changed": Words("换人了：下面写新的联系人，核对后再更换", "Somebody else now: state who, below"),
    "new_name": Words("新联系人姓名", "Name of the new contact"),
    "new_number": Words("新联系人号码", "Number of the new contact"),
    "only_changed": Words("只在换人时填写。", "Only where somebody else is named."),
    "no_addresses": Words("这个单位没有可核实的号码或邮箱。", "It has no number or mailbox to verify."),
    "own_address": Words("单位", "its own"),
}
