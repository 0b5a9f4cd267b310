"""Windows of messages, newest first: https://core.telegram.org/api/offsets.

    https://core.telegram.org/api/search
    https://core.telegram.org/api/threads
    https://core.telegram.org/api/forum
    https://core.telegram.org/api/saved-messages
"""

from telethon.tl import types as t

from telethon_facts import has_link, sender
from telethon_media import kind
from telethon_peers import Peers, RpcError
from telethon_talk import MARK, ME, NEWS, TALK, marked
from telethon_world import GENERAL, TOPICS

# What each filter of a search finds, and what else it may be taken to find.
FILTERS = {
    t.InputMessagesFilterPhotos: ({"photo"}, set()),
    t.InputMessagesFilterVideo: ({"video"}, {"video_note", "animation"}),
    t.InputMessagesFilterPhotoVideo: ({"photo", "video"}, {"video_note", "animation"}),
    t.InputMessagesFilterDocument: ({"document"}, {"audio", "animation", "sticker", "video"}),
    t.InputMessagesFilterGif: ({"animation"}, {"video"}),
    t.InputMessagesFilterVoice: ({"voice"}, {"audio"}),
    t.InputMessagesFilterMusic: ({"audio"}, {"voice"}),
    t.InputMessagesFilterRoundVideo: ({"video_note"}, {"video"}),
    t.InputMessagesFilterRoundVoice: ({"voice", "video_note"}, set()),
    t.InputMessagesFilterContacts: ({"contact"}, set()),
    t.InputMessagesFilterPoll: ({"poll"}, set()),
}


def seconds(date):
    """A date of a request, which Telethon reads as a datetime; 0 is absent."""
    return int(date.timestamp()) if date else 0


class Messages(Peers):
    def history(self, request):
        chat_id = self.input_peer(request.peer)
        return self.answered(chat_id, chat_id, request, lambda _: True)

    def replies(self, request):
        """The messages of a topic, of a thread, or the comments on a post."""
        chat_id = self.input_peer(request.peer)
        place, root = chat_id, request.msg_id
        if chat_id == MARK - NEWS:
            place, root = MARK - TALK, self.world.threads.get(root)
        self.check_thread(place, root)
        with_root = self.wishes.root == "found" and place == chat_id
        return self.answered(place, chat_id, request, self.is_in_thread(place, root, with_root))

    def saved_history(self, request):
        dialog = self.input_peer(request.peer)
        if request.parent_peer is not None:
            raise RpcError(400, "PARENT_PEER_INVALID")
        return self.answered(ME, ME, request, lambda message: marked(message.saved_peer_id) == dialog)

    def search(self, request):
        chat_id = self.input_peer(request.peer)
        is_bare = not (request.q or request.from_id or request.top_msg_id or request.saved_peer_id)
        is_filtered = not isinstance(request.filter, t.InputMessagesFilterEmpty)
        if self.wishes.search == "words" and not request.q or is_bare and not is_filtered:
            raise RpcError(400, "SEARCH_QUERY_EMPTY")
        if is_filtered and request.from_id:
            raise RpcError(500, "RPC_CALL_FAIL")
        wanted = [self.finds_kind(request.filter), self.finds_words(request.q), self.finds_dates(request, is_filtered)]
        if request.from_id and chat_id < 0 and self.wishes.senders == "heeded":
            sought = self.input_peer(request.from_id)
            # Who speaks as the chat itself is nobody that can be searched for.
            wanted.append(lambda message: sender(chat_id, message) == sought != chat_id)
        if request.top_msg_id:
            self.check_thread(chat_id, request.top_msg_id)
            wanted.append(self.is_in_thread(chat_id, request.top_msg_id, with_root=self.wishes.root == "found"))
        if request.saved_peer_id:
            dialog = self.input_peer(request.saved_peer_id)
            wanted.append(lambda message: marked(message.saved_peer_id) == dialog)
        return self.answered(chat_id, chat_id, request, lambda message: all(one(message) for one in wanted), True)

    def discussion(self, request):
        """Where the comments on a post are: several messages when the post is an album, the last one first."""
        chat_id = self.input_peer(request.peer)
        if chat_id != MARK - NEWS:
            self.check_thread(chat_id, request.msg_id)
            roots = [request.msg_id]
        elif request.msg_id in self.world.threads:
            chat_id, root = MARK - TALK, self.world.threads[request.msg_id]
            post = {root: post for post, root in self.world.forwarded.items()}[root]
            album = self.world.histories[MARK - NEWS][post].grouped_id
            roots = [
                number for number, message, gone in self.world.slots(chat_id)
                if number == root or album and not gone and getattr(message, "grouped_id", None) == album
            ]
        else:
            raise RpcError(400, "MSG_ID_INVALID")
        messages = [self.world.histories[chat_id][root] for root in roots]
        return t.messages.DiscussionMessage(messages, 0, *self.named(messages, {chat_id}))

    def check_thread(self, chat_id, root):
        message = self.world.histories[chat_id].get(root)
        if getattr(self.world.chats.get(chat_id), "forum", False):
            if root not in (GENERAL, *TOPICS):
                raise RpcError(400, "TOPIC_ID_INVALID")
        elif message is None or (chat_id, root) in self.world.gone:
            raise RpcError(400, "MSG_ID_INVALID")

    def is_in_thread(self, chat_id, root, with_root=False):
        if getattr(self.world.chats.get(chat_id), "forum", False):
            return lambda message: self.world.topic_of(message) == root
        return lambda message: root in self.world.threads_of(message) or with_root and message.id == root

    def finds_kind(self, wanted):
        if isinstance(wanted, t.InputMessagesFilterEmpty):
            return lambda _: True
        if isinstance(wanted, t.InputMessagesFilterPinned):
            return lambda message: getattr(message, "pinned", False)
        if isinstance(wanted, t.InputMessagesFilterUrl):
            return lambda message: has_link(message)
        exact, more = FILTERS[type(wanted)]
        kinds = exact | more if self.wishes.filters == "wide" else exact
        return lambda message: kind(getattr(message, "media", None)) in kinds

    def finds_words(self, query):
        words = query.lower().split()

        def finds(message):
            text = (getattr(message, "message", None) or "").lower().split()
            return all(any(part.startswith(word) for part in text) for word in words)

        return finds

    def finds_dates(self, request, is_filtered):
        """Documented as exclusive; elsewhere seen as inclusive, and as not heeded beside a filter."""
        if is_filtered and self.wishes.search_dates == "unheeded":
            return lambda _: True
        slack = 1 if self.wishes.search_dates == "inclusive" else 0
        least, most = seconds(request.min_date), seconds(request.max_date)
        return lambda message: not (least and message.date <= least - slack or most and message.date >= most + slack)

    def answered(self, place, asked, request, is_wanted, is_search=False):
        """The window of the wanted messages of one chat that a request asks for, perhaps by way of another."""
        telegram, wishes = self.telegram, self.wishes
        telegram.histories += 1
        if telegram.histories == wishes.flood_on:
            raise RpcError(420, f"FLOOD_WAIT_{wishes.flood_seconds}")
        if telegram.every(wishes.fail_every, telegram.histories):
            raise RpcError(500, "RPC_CALL_FAIL")
        if telegram.every(wishes.arrive_every, telegram.histories):
            self.world.arrive()
        slots = [slot for slot in self.world.slots(place) if is_wanted(slot[1])]
        if is_search or wishes.deleted == "skip":
            slots = [slot for slot in slots if not slot[2]]
        messages = self.window(slots, request)
        all_there_is = sum(not gone for _, _, gone in slots)
        chats, users = self.named(messages, {place, asked})
        if wishes.min_users:
            users = [self.min(user, place) for user in users]
        chats, users = [] if wishes.no_chats else chats, [] if wishes.no_users else users
        count, inexact = all_there_is + wishes.count_off, bool(wishes.count_off) or None
        if place < MARK:
            return t.messages.ChannelMessages(1, max(0, count), messages, [], chats, users, inexact=inexact)
        if len(messages) == all_there_is:
            return t.messages.Messages(messages, [], chats, users)
        return t.messages.MessagesSlice(max(0, count), messages, [], chats, users, inexact=inexact)

    def window(self, slots, request):
        """https://core.telegram.org/api/offsets: newest first, from the offset, shifted by add_offset."""
        slack = 1 if self.wishes.offset_date == "inclusive" else 0
        offset_date = seconds(getattr(request, "offset_date", None))
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
