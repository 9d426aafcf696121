"""The two languages of the console's frame and of its pages about people."""

from gateway.vocabulary import Words
from gateway.web.live.live_words import TEXTS as LIVE_TEXTS

SCOPES: dict[str, Words] = {
    "read": Words("读取", "read"),
    "submit": Words("提交", "submit"),
    "approve": Words("批准", "approve"),
    "launch": Words("发布", "launch"),
    "directory": Words("通讯录", "directory"),
    "operate": Words("运行", "operate"),
    "report": Words("报告", "report"),
    "sign": Words("签收", "sign"),
    "audit": Words("审计", "audit"),
}
TEXTS: dict[str, Words] = {
    "in_parts": Words(
        "长文本分成几条发：{} 个接收数，共 {} 条消息。",
        "Long texts leave in several messages: {} recipients get {} messages.",
    ),
    **{name: words for name, words in LIVE_TEXTS.items() if name.startswith("not_sent_")},
    "unserved": Words("没有通道：{}。", "No account sends: {}."),
    "unserved_exercise": Words("没有演练通道：{}。", "No account sends exercises: {}."),
    "unserved_whole": Words(
        "批准了也不能发布。请管理员在服务器的设置文件 airwarn.toml 里配置。",
        "It cannot be launched. An administrator configures an account in airwarn.toml on the server.",
    ),
    "unserved_part": Words(
        "这些接收数发不出，其余照发。请管理员在服务器的设置文件 airwarn.toml 里配置。",
        "Those recipients get nothing, the others do. An administrator configures an account in airwarn.toml "
        "on the server.",
    ),
    "product": Words("重污染天气预警发布", "Air warnings"),
    "skip": Words("跳到正文", "Skip to the content"),
    "exercise_banner": Words(
        "【演练】本页只涉及演练，不会发给真实对象。", "[Exercise] Nothing here is real."
    ),
    "exercise_word": Words("演练", "Exercise"),
    "places": Words("主要页面", "Main pages"),
    "my_account": Words("我的账户", "My account"),
    "sign_in": Words("登录", "Sign in"),
    "opening": Words("正在打开……", "Opening …"),
    "open": Words("打开页面", "Open the page"),
    "back": Words("返回", "Back"),
    "colon": Words("：", ": "),
    "comma_between": Words("、", ", "),
    "stop_mark": Words("。", ". "),
    "home": Words("首页", "Home"),
    "not_for_you": Words(
        "您的角色不能打开这个页面。需要时请联系管理员。",
        "Your roles do not open this page. Ask an administrator if you need it.",
    ),
    "not_done": Words("没有完成", "Not done"),
    "save": Words("保存", "Save"),
    "required": Words("必填", "required"),
    # signing in
    "name": Words("登录名", "Sign-in name"),
    "password": Words("密码", "Password"),
    "code": Words("一次性验证码", "One-time code"),
    "code_help": Words(
        "手机验证器上的 6 位数字，或一个备用码；没有启用的留空。",
        "The 6 digits of your authenticator, or a recovery code; leave empty if you have set up none.",
    ),
    "wrong": Words("登录名、密码或验证码不对。", "The name, the password or the code is wrong."),
    "too_often": Words("试错太多次，请在 {} 之后再试。", "Too many tries: try again after {}."),
    "first_time": Words(
        "第一次登录，或密码被重置？用邀请口令设置密码", "First time, or reset? Use your invitation"
    ),
    "with_token": Words("大屏或程序：用接口令牌登录", "Wall screens: sign in with an API token"),
    "no_account": Words(
        "没有账户？请管理员在“用户”中添加；第一个管理员在服务器上用 airwarn user add 建立。",
        "No account? An administrator adds you under “Users”; the first one is made on the server by "
        "airwarn user add.",
    ),
    # an invitation
    "invitation": Words("设置密码", "Set your password"),
    "phrase": Words("邀请口令", "Invitation pass phrase"),
    "phrase_help": Words(
        "管理员给您的一串字母，24 小时内有效，只能用一次。",
        "The letters that an administrator gave you: good once, for 24 hours.",
    ),
    "phrase_wrong": Words(
        "邀请口令不对、已用过或已过期；请管理员重置后再给您一个。",
        "This pass phrase is wrong, used or too old; ask an administrator for another one.",
    ),
    "new_password": Words("新密码", "New password"),
    "password_help": Words(
        "至少 12 个字符，不要用姓名和常见密码。几个不相干的词连在一起最好记。",
        "At least 12 characters, no name and no common password. A few unrelated words are easy to remember.",
    ),
    "again": Words("再输一遍新密码", "The new password again"),
    "differ": Words("两次输入的新密码不一样。", "The two new passwords differ."),
    # home
    "welcome": Words("{}，您好", "Hello {}"),
    "begin_draft": Words("起草预警", "Draft a warning"),
    "begin_exercise": Words("做一次演练", "Run an exercise"),
    "your_roles": Words("角色", "Roles"),
    "your_titles": Words("职务", "Titles"),
    "your_areas": Words("区域", "Areas"),
    "everywhere": Words("全部区域", "everywhere"),
    "untold": Words(
        "请登记手机号，轮到您处理时才能通知到您",
        "Nobody can tell you that it is your turn: state your number",
    ),
    "nobody_listed": Words(
        "通讯录里还没有单位：请先导入，才有人可发", "The directory is empty: import organisations first"
    ),
    "objecting": Words("有异议的单位 {} 个，等人联系", "{} organisations object and wait for a call"),
    "stands": Words("当前预警", "Warnings now"),
    "home_overdue": Words("待办：已逾期 {} 项，另有 {} 项未逾期", "Owed: {} overdue, {} more"),
    "home_owed": Words("待办 {} 项，均未逾期", "Owed: {}, none overdue"),
    "changes_wait": Words("{} 项变更等待确认", "{} changes wait for an administrator"),
    # my account
    "devices": Words("已登录的设备", "Where you are signed in"),
    "device": Words("设备", "Device"),
    "since": Words("登录时间", "Since"),
    "seen": Words("最近使用", "Last used"),
    "ends": Words("最晚退出", "Ends at the latest"),
    "this_one": Words("本机", "this one"),
    "end_it": Words("退出该设备", "Sign it out"),
    "end_others": Words("退出其他全部设备", "Sign out everywhere else"),
    "ends_help": Words(
        "30 分钟不操作就自动退出，最长 12 小时。",
        "A sign-in ends after 30 minutes unused, and after 12 hours.",
    ),
    "change_password": Words("修改密码", "Change the password"),
    "current_password": Words("现在的密码", "Your current password"),
    "password_wrong": Words("现在的密码不对。", "Your current password is wrong."),
    "password_changed": Words(
        "密码已修改，其他设备已退出。", "The password is changed; other devices are signed out."
    ),
    "one_time": Words("一次性验证码", "One-time codes"),
    "one_time_on": Words("已启用：每次登录要输入验证码。", "On: each sign-in asks for a code."),
    "one_time_left": Words("还有 {} 个备用码。", "{} recovery codes are left."),
    "one_time_off": Words(
        "未启用。启用后，别人知道密码也登录不了；审批人和管理员请启用。",
        "Off. With codes nobody signs in with your password alone; approvers and administrators should.",
    ),
    "set_up": Words("开始设置", "Set up"),
    "turn_off": Words("停用验证码", "Turn off"),
    "scan": Words(
        "用手机上的验证器扫描二维码（任何支持 TOTP 的验证器都可以），然后输入它显示的 6 位数字。",
        "Scan this with an authenticator on your telephone (any that knows TOTP); then type its 6 digits.",
    ),
    "by_hand": Words("不能扫描时，手工输入密钥：", "If it cannot be scanned, type this key:"),
    "code_wrong": Words(
        "验证码不对，请核对手机时间后再试。", "The code is wrong; see whether the telephone's time is right."
    ),
    "turn_on": Words("启用", "Turn on"),
    "recovery": Words("备用码", "Recovery codes"),
    "recovery_help": Words(
        "手机丢失时，每个备用码可代替验证码登录一次。请现在抄下来妥善保存：只显示这一次。",
        "If the telephone is lost, each of these stands for a code once. Write them down now: they are not "
        "shown again.",
    ),
    "done": Words("已保存", "I have them"),
    "addresses": Words("轮到您处理时，通知到哪里", "Where you are told that it is your turn"),
    "addresses_help": Words(
        "轮到您批准或发布、或您起草的决定被退回时，发到这里。先发一个验证码核实，核实前不发别的。别人只看到打码的号码。",
        "When it is your turn to approve or launch, or your draft comes back, you are told here. A code "
        "proves the address first; until then nothing else is sent. Others see it masked.",
    ),
    "proved": Words("已核实", "proved"),
    "unproved": Words("待核实：还不会通知到这里", "not proved yet: nothing is sent there"),
    "address_code": Words("收到的验证码", "The code that came"),
    "address_code_help": Words("6 位数字，15 分钟内有效。", "6 digits, good for 15 minutes."),
    "code_message": Words("验证码短信或邮件：{}", "The message with the code: {}"),
    "prove": Words("核实", "Prove it"),
    "send_code": Words("发送验证码", "Send a code"),
    "send_again": Words("重新发送验证码", "Send another code"),
    "change_address": Words("更换或删除", "Change or remove"),
    "remove_address": Words("删除", "Remove"),
    "new_sms": Words("手机号", "Mobile number"),
    "new_email": Words("邮箱", "Mailbox"),
    "new_wecom_user": Words("企业微信账号", "WeCom user id"),
    "no_channels": Words(
        "还没有能通知个人的通道，请管理员配置短信或邮件账号。",
        "No account sends to people yet: an administrator configures SMS or email.",
    ),
    "address_proved": Words("已核实，轮到您处理时会通知到这里。", "Proved: you will be told here."),
    # users
    "users": Words("用户", "Users"),
    "person": Words("姓名", "Name"),
    "roles": Words("角色", "Roles"),
    "areas": Words("区域代码", "Area codes"),
    "titles": Words("职务", "Titles"),
    "state": Words("状态", "State"),
    "state_active": Words("可登录", "active"),
    "state_invited": Words("已邀请，未设置密码", "invited"),
    "state_lapsed": Words("邀请已过期", "invitation lapsed"),
    "state_disabled": Words("已停用", "disabled"),
    "one_time_short": Words("验证码", "Code"),
    "yes": Words("有", "yes"),
    "no": Words("无", "no"),
    "told_at": Words("通知号码", "Told at"),
    "told_none": Words("无", "nowhere"),
    "told_unproved": Words("待核实", "not proved"),
    "last": Words("最近登录", "Last sign-in"),
    "never": Words("从未", "never"),
    "new_user": Words("提出新增用户", "Propose a new user"),
    "two_people": Words(
        "用户、权限和令牌的变更须两位管理员：一位提出，另一位在 24 小时内确认。",
        "Users, rights and tokens take two administrators: one proposes, another confirms within 24 hours.",
    ),
    "lines_help": Words("多个用逗号或换行分开。", "Several are separated by commas or lines."),
    "titles_help": Words(
        "预案中印的职务，审批人必填。多个用逗号或换行分开。",
        "As printed in the plan; an approver needs one. Several are separated by commas or lines.",
    ),
    "areas_help": Words(
        "如 410102；留空表示全部区域。多个用逗号或换行分开。",
        "Such as 410102; empty is everywhere. Several are separated by commas or lines.",
    ),
    "propose": Words("提出", "Propose"),
    "propose_rights": Words("提出修改权限", "Propose other rights"),
    "propose_disable": Words("提出停用", "Propose to disable"),
    "propose_reset": Words("提出重置密码", "Propose to reset"),
    "disable_help": Words(
        "停用后立即退出，不能再登录；记录保留，以后可以恢复。",
        "Signed out at once; the records stay, and it can be enabled again.",
    ),
    "propose_enable": Words("提出恢复", "Propose to enable"),
    "enable_help": Words(
        "恢复后权限照旧，原密码作废，确认人得到一个新的邀请口令，当面或电话交给本人。",
        "The rights are as before, the old password is void; whoever confirms gets a pass phrase to hand "
        "over.",
    ),
    "reset_help": Words(
        "密码和验证码作废，确认人得到一个新的邀请口令，当面或电话交给本人。",
        "Password and codes become void; whoever confirms gets a new pass phrase to hand to the person.",
    ),
    # proposals
    "waiting": Words("等待确认的变更", "Changes that wait"),
    "none_waiting": Words("没有等待确认的变更。", "None waits."),
    "kind_new_user": Words("新增用户", "new user"),
    "kind_rights": Words("修改权限", "other rights"),
    "kind_disable": Words("停用用户", "disable a user"),
    "kind_enable": Words("恢复用户", "enable a user"),
    "kind_reset": Words("重置密码", "reset a user"),
    "kind_new_token": Words("新建令牌", "new token"),
    "kind_end_token": Words("撤销令牌", "revoke a token"),
    "kind_routes": Words("路线顺序", "order of routes"),
    "as_now": Words("现在：", "now: "),
    "as_then": Words("改为：", "then: "),
    "proposed_by": Words("{} 提出，{} 前有效", "proposed by {}, until {}"),
    "confirm": Words("确认", "Confirm"),
    "refuse": Words("拒绝", "Refuse"),
    "withdraw": Words("取消这项变更", "Withdraw"),
    "your_own": Words("须由另一位管理员确认。", "Another administrator confirms it."),
    "confirmed": Words("已确认", "Confirmed"),
    "hand_over": Words(
        "邀请口令只显示这一次，请当面或电话交给本人，{} 前有效：",
        "This pass phrase is shown this once. Hand it to the person, face to face or by telephone; good "
        "until {}:",
    ),
    "keep_token": Words("令牌只显示这一次，请立即保存：", "The token is shown this once; keep it now:"),
    "where_to": Words("本人打开 {} 设置密码。", "The person opens {} and sets a password."),
    # tokens
    "tokens": Words("接口令牌", "API tokens"),
    "token_name": Words("名称", "Name"),
    "scopes": Words("权限", "Scopes"),
    "days": Words("有效天数", "Days it lasts"),
    "whose": Words("持有人", "Whose it is"),
    "whose_help": Words("审批令牌必填。", "Needed for approvals."),
    "until": Words("有效至", "Until"),
    "valid": Words("有效", "valid"),
    "expired": Words("已过期", "expired"),
    "revoked": Words("已撤销", "revoked"),
    "propose_end": Words("提出撤销", "Propose to revoke"),
    "new_token": Words("提出新建令牌", "Propose a new token"),
    "none_yet": Words("还没有。", "None yet."),
    # routes
    "routes": Words("路线", "Routes"),
    "routes_help": Words(
        "一个渠道有几个账号时，排在前面的先用；前面的停了，自动改用下一个。",
        "Of several accounts in a channel the first is used; where it stops, the next takes over by itself.",
    ),
    "order": Words("新的顺序，写出全部账号，用逗号分开", "The new order: every account, separated by commas"),
}
