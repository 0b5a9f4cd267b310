"""Windows of messages, newest first: https://core.telegram.org/api/offsets."""

from telethon.tl import types as t

from telethon_peers import Peers, RpcError
from telethon_world import MARK


def seconds(date):
    """A date of a request, which Telethon reads as a datetime; 0 is absent."""
    return int(date.timestamp()) if date else 0


class Messages(Peers):
    def history(self, request):
        chat_id = self.input_peer(request.peer)
        telegram, wishes = self.telegram, self.wishes
        telegram.histories += 1
        if telegram.histories == wishes.flood_on:
            raise RpcError(420, f"FLOOD_WAIT_{wishes.flood_seconds}")
        if telegram.every(wishes.fail_every, telegram.histories):
            raise RpcError(500, "RPC_CALL_FAIL")
        if telegram.every(wishes.arrive_every, telegram.histories):
            self.world.arrive()
        messages = self.window(chat_id, request)
        all_there_is = len(self.world.existing(chat_id))
        chats, users = self.named(messages, {chat_id})
        if wishes.min_users:
            users = [self.min(user, chat_id) for user in users]
        chats, users = [] if wishes.no_chats else chats, [] if wishes.no_users else users
        count, inexact = all_there_is + wishes.count_off, bool(wishes.count_off) or None
        if chat_id < MARK:
            return t.messages.ChannelMessages(1, max(0, count), messages, [], chats, users, inexact=inexact)
        if len(messages) == all_there_is:
            return t.messages.Messages(messages, [], chats, users)
        return t.messages.MessagesSlice(max(0, count), messages, [], chats, users, inexact=inexact)

    def window(self, chat_id, request):
        """https://core.telegram.org/api/offsets: newest first, from the offset, shifted by add_offset."""
        slots = self.world.slots(chat_id)
        if self.wishes.deleted == "skip":
            slots = [slot for slot in slots if not slot[2]]
        slack = 1 if self.wishes.offset_date == "inclusive" else 0
        offset_date = seconds(request.offset_date)
        if request.offset_id > 0:
            older = [number < request.offset_id for number, _, _ in slots]
        elif offset_date:
            older = [message.date < offset_date + slack for _, message, _ in slots]
        else:
            older = [True] * len(slots)
        limit = max(0, min(request.limit, 100))
        start = (older.index(True) if True in older else len(slots)) + request.add_offset
        end = start + limit
        if start < 0 and self.wishes.top == "shift":
            end -= start
        page = slots[max(0, start) : max(0, end)]
        if self.wishes.deleted == "short" and request.add_offset >= 0:
            # An empty answer would be the end: a page is short, but shows what there is.
            while end < len(slots) and limit and all(gone for _, _, gone in page):
                end += 1
                page = slots[max(0, start) : end]
        shown = [self.shown(*slot) for slot in page if not (slot[2] and self.wishes.deleted == "short")]
        if request.max_id:
            shown = [message for message in shown if message.id < request.max_id]
        return [message for message in shown if message.id > request.min_id]

    def shown(self, number, message, gone):
        return t.MessageEmpty(number, message.peer_id) if gone else message
