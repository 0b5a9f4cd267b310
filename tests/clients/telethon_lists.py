"""The chat list: https://core.telegram.org/api/offsets."""

from telethon.tl import types as t

from telethon_messages import seconds
from telethon_peers import Peers
from telethon_world import MARK


class Lists(Peers):
    def dialogs(self, request):
        rows = [(self.world.existing(chat_id)[-1:], chat_id) for chat_id in self.world.histories]
        rows = [(message[0], chat_id) for message, chat_id in rows if message]
        rows.sort(key=lambda row: row[0].date, reverse=True)
        count = len(rows)
        offset_date = seconds(request.offset_date)
        if offset_date:
            rows = [row for row in rows if row[0].date < offset_date]
        rows = rows[: min(request.limit, 100)]
        dialogs = [
            t.Dialog(
                peer=self.world.peer(chat_id), top_message=message.id, read_inbox_max_id=0, read_outbox_max_id=0,
                unread_count=0, unread_mentions_count=0, unread_reactions_count=0, unread_poll_votes_count=0,
                notify_settings=t.PeerNotifySettings(), pts=1 if chat_id < MARK else None,
            )
            for message, chat_id in rows
        ]
        messages = [message for message, _ in rows]
        named = self.named(messages, {chat_id for _, chat_id in rows})
        if len(rows) == count:
            return t.messages.Dialogs(dialogs, messages, *named)
        return t.messages.DialogsSlice(count, dialogs, messages, *named)
