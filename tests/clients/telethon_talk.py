"""What is said in the chats of telethon_world.py: how each kind of message is made."""

import random

from telethon.tl import types as t

from telethon_media import MAKERS

ME, ADA, GONE, BEN, BOT = 900_000, 900_001, 900_002, 900_003, 900_004
NEWS, TALK, HUSH = 1_500_000_001, 1_500_000_002, 1_500_000_003
MARK = -1_000_000_000_000
WORDS = "tide harbour lantern keel rope winter ledger bridge sail copper morning chart".split()


def marked(peer):
    """The id as the Bot API writes it."""
    if isinstance(peer, t.PeerUser):
        return peer.user_id
    if isinstance(peer, t.PeerChat):
        return -peer.chat_id
    return MARK - peer.channel_id


def peer_of(chat_id):
    """The chat with this marked id."""
    if chat_id > 0:
        return t.PeerUser(chat_id)
    return t.PeerChat(-chat_id) if chat_id > MARK else t.PeerChannel(MARK - chat_id)


def units(text):
    """Length in UTF-16 code units, which entities count in."""
    return len(text.encode("utf-16-le")) // 2


class Talk:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.chats = {}

    def is_broadcast(self, chat_id):
        return bool(getattr(self.chats.get(chat_id), "broadcast", False))

    def tick(self):
        """Often several messages in one second, sometimes a day of silence."""
        return self.random.choices([0, self.random.randrange(1, 600), 86_400], [30, 65, 5])[0]

    def service(self, chat_id, number, date, action, reply_to=None):
        is_group = MARK < chat_id < 0
        if isinstance(action, t.MessageActionPinMessage):
            reply_to = reply_to or t.MessageReplyHeader(reply_to_msg_id=max(1, number - 3))
        return t.MessageService(
            id=number, peer_id=peer_of(chat_id), date=date, action=action, reply_to=reply_to,
            from_id=t.PeerUser(ADA) if is_group else None, post=self.is_broadcast(chat_id) or None,
        )

    def text(self, number):
        text = f"{number}: " + " ".join(self.random.choices(WORDS, k=self.random.randrange(1, 14)))
        if number % 57 == 0:
            text += " " + "日本語🎏" * 900
        return text

    def formatted(self, number):
        """A text and its entities; emoji of two and more units stand before them."""
        before = f"{number} 👩‍👩‍👧 🚣🏽 "
        text = f"{before}strong words and https://example.org/{number}"
        at = units(before)
        return text, [
            t.MessageEntityBold(at, units("strong words")),
            t.MessageEntityUrl(at + units("strong words and "), units(f"https://example.org/{number}")),
        ]

    def worded(self, number, often):
        """A text, its entities and what goes with it: a page belongs to a link in the text."""
        media = self.media(number)
        if number % often == 0 or isinstance(media, t.MessageMediaWebPage):
            return *self.formatted(number), media
        return self.text(number), None, media

    def post(self, chat_id, number, date):
        text, entities, media = self.worded(number, 5)
        return t.Message(
            id=number, peer_id=peer_of(chat_id), date=date, message=text, entities=entities, post=True, media=media,
            views=number * 3, forwards=number % 4, post_author="M." if number % 9 == 0 else None,
            reactions=self.reactions(number), edit_date=date + 60 if number % 8 == 0 else None,
            grouped_id=number // 3 if 30 <= number < 36 else None, pinned=number % 29 == 0 or None,
            replies=t.MessageReplies(replies=2, replies_pts=number, comments=True, channel_id=TALK)
            if chat_id == MARK - NEWS else None,
        )

    def remark(self, chat_id, number, date, reply_to=None):
        text, entities, media = self.worded(number, 7)
        sender = t.PeerUser(self.random.choice([ME, ADA, BEN, GONE]))
        if chat_id < MARK and number % 19 == 0:
            sender = t.PeerChannel(NEWS)
        if chat_id < MARK and number % 23 == 0:
            sender = peer_of(chat_id)
        return t.Message(
            id=number, peer_id=peer_of(chat_id), date=date, message=text, entities=entities, from_id=sender, media=media,
            out=sender == t.PeerUser(ME) or None, reactions=self.reactions(number),
            reply_to=reply_to or self.reply(number), fwd_from=self.forward(number, date),
            pinned=number % 29 == 0 or None,
        )

    def line(self, chat_id, number, date):
        """In private chats `from_id` is absent, and `out` tells the two apart."""
        text, entities, media = self.worded(number, 7)
        return t.Message(
            id=number, peer_id=peer_of(chat_id), date=date, message=text, entities=entities, media=media,
            out=(number % 3 == 0 and chat_id != ME) or None, pinned=number % 29 == 0 or None,
        )

    def kept(self, chat_id, number, date):
        """In saved messages each stands in a dialog of its own, https://core.telegram.org/api/saved-messages."""
        message = self.line(chat_id, number, date)
        came_from = self.random.choice([t.PeerUser(ME), t.PeerChannel(NEWS), t.PeerUser(ADA)])
        message.saved_peer_id = came_from
        if came_from != t.PeerUser(ME):
            message.fwd_from = t.MessageFwdHeader(
                date=date - 500, from_id=came_from, saved_from_peer=came_from, saved_from_msg_id=7
            )
        return message

    def forwarded_post(self, chat_id, number, date, post):
        """A channel's post, which its discussion group gets at once, https://core.telegram.org/api/discussion."""
        channel = post.peer_id
        return t.Message(
            id=number, peer_id=peer_of(chat_id), date=date, message=post.message, entities=post.entities,
            from_id=channel, media=post.media, grouped_id=post.grouped_id,
            replies=t.MessageReplies(replies=1, replies_pts=1),
            fwd_from=t.MessageFwdHeader(
                date=post.date, from_id=channel, channel_post=post.id, saved_from_peer=channel, saved_from_msg_id=post.id
            ),
        )

    def reply(self, number):
        if number % 6 == 0:
            return t.MessageReplyHeader(reply_to_msg_id=max(1, number - 5))
        if number % 31 == 0:
            return t.MessageReplyHeader(
                quote=True, quote_text="a quote", quote_offset=0, reply_to_msg_id=4, reply_to_peer_id=t.PeerChannel(NEWS)
            )
        if number % 53 == 0:
            return t.MessageReplyStoryHeader(t.PeerUser(ADA), 5)
        return None

    def forward(self, number, date):
        if number % 10 == 0:
            return t.MessageFwdHeader(date=date - 500, from_id=t.PeerChannel(NEWS), channel_post=7, post_author="M.")
        if number % 17 == 0:
            return t.MessageFwdHeader(date=date - 500, from_name="Somebody Hidden")
        return None

    def reactions(self, number):
        if number % 4:
            return None
        return t.MessageReactions(
            results=[
                t.ReactionCount(t.ReactionEmoji("⚓"), number, chosen_order=0),
                t.ReactionCount(t.ReactionCustomEmoji(5_000_000_000_000_000_000 + number), 1),
                t.ReactionCount(t.ReactionPaid(), 2),
            ]
        )

    def media(self, number):
        return MAKERS[number // 3 % len(MAKERS)](number) if number % 3 == 0 else None
