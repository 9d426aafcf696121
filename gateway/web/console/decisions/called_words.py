"""The words about who was told that it is their turn."""

from gateway.vocabulary import Words

TEXTS: dict[str, Words] = {
    "called": Words("通知情况", "Who was told"),
    "called_looking": Words("正在通知。", "They are being told."),
    "called_unanswered": Words(
        "已通知两次，还没有人处理。请打电话。", "They were told twice, and nobody has acted. Telephone them."
    ),
    "called_more": Words("没有人处理，已再次通知。", "Nobody acted: they were told once more."),
    "called_nobody": Words("还没有通知到人。请打电话。", "Nobody was told. Telephone them."),
    "called_without": Words("没有核实过的号码，请打电话", "no proved number: telephone them"),
    "called_again": Words("第 {} 次", "time {}"),
}
