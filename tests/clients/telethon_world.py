"""What the account of telethon_serves.py can read: the same chats, people and messages every time."""

import random

from telethon.tl import types as t

ME, ADA, GONE, BEN, BOT = 900_000, 900_001, 900_002, 900_003, 900_004
NEWS, TALK, HUSH = 1_500_000_001, 1_500_000_002, 1_500_000_003
ROWING = 700_001
START = 1_700_000_000
MARK = -1_000_000_000_000
WORDS = "tide harbour lantern keel rope winter ledger bridge sail copper morning chart".split()


def access_hash(peer_id):
    """What proves to have met a peer: any 64 bits that depend on nothing but the id."""
    return random.Random(peer_id).getrandbits(63) - (1 << 62)


def marked(peer):
    """The id as the Bot API writes it."""
    if isinstance(peer, t.PeerUser):
        return peer.user_id
    if isinstance(peer, t.PeerChat):
        return -peer.chat_id
    return MARK - peer.channel_id


def units(text):
    """Length in UTF-16 code units, which entities count in."""
    return len(text.encode("utf-16-le")) // 2


class World:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.users = {
            ME: self.user(ME, "Mara", "mara_reads", is_self=True),
            ADA: self.user(ADA, "Ada", "ada_rows", contact=True),
            GONE: t.User(id=GONE, access_hash=access_hash(GONE), deleted=True),
            BEN: self.user(BEN, "Ben", None),
            BOT: self.user(BOT, "Tides", "tide_bot", bot=True, bot_info_version=1),
        }
        # Several usernames, as people have who bought one: then `username` is absent.
        self.users[BEN].usernames = [
            t.Username("ben_was_here", active=False),
            t.Username("Ben_Sails", active=True),
        ]
        self.chats = {
            MARK - NEWS: self.channel(NEWS, "Harbour News ⚓", "harbour_news", broadcast=True),
            MARK - TALK: self.channel(TALK, "Harbour Talk", "Harbour_Talk", megagroup=True),
            MARK - HUSH: self.channel(HUSH, "Nothing Left", "harbour_hush", megagroup=True),
            -ROWING: t.Chat(
                id=ROWING, title="Rowing Club", photo=t.ChatPhotoEmpty(), participants_count=3, date=START, version=1
            ),
        }
        self.histories = {chat_id: {} for chat_id in [*self.chats, *self.users]}
        self.gone = set()
        self.sorted = {}
        self.fill()

    def user(self, user_id, first_name, username, **more):
        return t.User(id=user_id, access_hash=access_hash(user_id), first_name=first_name, username=username, **more)

    def channel(self, channel_id, title, username, **more):
        return t.Channel(
            id=channel_id, title=title, username=username, photo=t.ChatPhotoEmpty(), date=START,
            access_hash=access_hash(channel_id), participants_count=42, **more,
        )

    def peer(self, chat_id):
        if chat_id > 0:
            return t.PeerUser(chat_id)
        return t.PeerChat(-chat_id) if chat_id > MARK else t.PeerChannel(MARK - chat_id)

    def fill(self):
        self.fill_channel(MARK - NEWS, 340, self.post)
        self.fill_channel(MARK - TALK, 260, self.remark)
        self.fill_channel(MARK - HUSH, 12, self.remark)
        self.gone |= {(MARK - HUSH, number) for number in range(1, 13)}
        self.fill_counter(400)

    def fill_channel(self, chat_id, count, said):
        date = START + self.random.randrange(1000)
        title = self.chats[chat_id].title
        for number in range(1, count + 1):
            date += self.tick()
            if number == 1:
                message = self.service(chat_id, 1, date, t.MessageActionChannelCreate(title))
            elif number % 41 == 0:
                message = self.service(chat_id, number, date, t.MessageActionPinMessage())
            elif number % 67 == 0:
                message = self.service(chat_id, number, date, t.MessageActionChatEditTitle(title))
            else:
                message = said(chat_id, number, date)
            self.histories[chat_id][number] = message
        # Single holes, a wide one, and one at either end.
        holes = {number for number in range(2, count) if self.random.random() < 0.08}
        holes |= set(range(count // 2, count // 2 + 110)) | {2, count}
        self.gone |= {(chat_id, number) for number in holes}

    def fill_counter(self, count):
        """Private chats and basic groups share one counter: ids are sparse in each."""
        date = START
        self.histories[-ROWING][3] = self.service(
            -ROWING, 3, START, t.MessageActionChatCreate("Rowing Club", [ME, ADA, BEN])
        )
        for number in range(4, 4 + count):
            date += self.tick()
            chat_id = self.random.choices([ADA, GONE, ME, -ROWING, BOT], [6, 2, 1, 6, 0.5])[0]
            if chat_id == -ROWING:
                message = self.remark(chat_id, number, date)
            elif chat_id == ADA and number % 23 == 0:
                message = self.service(chat_id, number, date, t.MessageActionPhoneCall(number, duration=61))
            else:
                message = self.line(chat_id, number, date)
            self.histories[chat_id][number] = message
            if self.random.random() < 0.1:
                self.gone.add((chat_id, number))

    def tick(self):
        """Often several messages in one second, sometimes a day of silence."""
        return self.random.choices([0, self.random.randrange(1, 600), 86_400], [30, 65, 5])[0]

    def service(self, chat_id, number, date, action):
        channel = chat_id < MARK
        return t.MessageService(
            id=number, peer_id=self.peer(chat_id), date=date, action=action,
            from_id=None if channel or chat_id > 0 else t.PeerUser(ADA), post=self.is_broadcast(chat_id) or None,
            reply_to=t.MessageReplyHeader(reply_to_msg_id=max(1, number - 3))
            if isinstance(action, t.MessageActionPinMessage) else None,
        )

    def is_broadcast(self, chat_id):
        return bool(getattr(self.chats.get(chat_id), "broadcast", False))

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

    def post(self, chat_id, number, date):
        text, entities = self.formatted(number) if number % 5 == 0 else (self.text(number), None)
        return t.Message(
            id=number, peer_id=self.peer(chat_id), date=date, message=text, entities=entities, post=True,
            views=number * 3, forwards=number % 4, media=self.media(number), post_author="M." if number % 9 == 0 else None,
            reactions=self.reactions(number), edit_date=date + 60 if number % 8 == 0 else None,
            grouped_id=number // 3 if 30 <= number < 36 else None,
            replies=t.MessageReplies(replies=2, replies_pts=number, comments=True, channel_id=TALK),
        )

    def remark(self, chat_id, number, date):
        text, entities = self.formatted(number) if number % 7 == 0 else (self.text(number), None)
        sender = t.PeerUser(self.random.choice([ME, ADA, BEN, GONE]))
        if chat_id < MARK and number % 19 == 0:
            sender = t.PeerChannel(NEWS)
        return t.Message(
            id=number, peer_id=self.peer(chat_id), date=date, message=text, entities=entities, from_id=sender,
            out=sender == t.PeerUser(ME) or None, media=self.media(number), reactions=self.reactions(number),
            reply_to=self.reply(number), fwd_from=self.forward(number, date),
        )

    def line(self, chat_id, number, date):
        """In private chats `from_id` is absent, and `out` tells the two apart."""
        text, entities = self.formatted(number) if number % 7 == 0 else (self.text(number), None)
        return t.Message(
            id=number, peer_id=self.peer(chat_id), date=date, message=text, entities=entities,
            out=(number % 3 == 0 and chat_id != ME) or None, media=self.media(number),
            fwd_from=self.forward(number, date) if chat_id == ME else None,
            saved_peer_id=t.PeerUser(ME) if chat_id == ME else None,
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
        kinds = [
            self.photo, self.document, self.voice, self.poll, self.place, self.contact, self.page,
            lambda _: t.MessageMediaUnsupported(), lambda _: t.MessageMediaDice(6, "🎲"),
            lambda _: t.MessageMediaPhoto(ttl_seconds=10),
        ]
        return kinds[number // 3 % len(kinds)](number) if number % 3 == 0 else None

    def photo(self, number):
        sizes = [t.PhotoStrippedSize("i", b"\x01\x02"), t.PhotoSize("x", 800, 600, 12_345)]
        photo = t.Photo(number, 1, b"reference", START, sizes, dc_id=2)
        return t.MessageMediaPhoto(photo=photo, spoiler=number % 2 == 0 or None)

    def file(self, number, mime_type, attributes):
        return t.Document(number, 1, b"reference", START, mime_type, (1 << 32) + number, 2, attributes)

    def document(self, number):
        name = t.DocumentAttributeFilename(f"chart {number}.pdf")
        return t.MessageMediaDocument(document=self.file(number, "application/pdf", [name]))

    def voice(self, number):
        sound = t.DocumentAttributeAudio(duration=7, voice=True, waveform=bytes(range(63)))
        return t.MessageMediaDocument(document=self.file(number, "audio/ogg", [sound]), voice=True)

    def poll(self, number):
        answers = [t.PollAnswer(t.TextWithEntities(word, []), word.encode()) for word in ("aye", "nay")]
        voters = [t.PollAnswerVoters(b"aye", voters=3, recent_voters=[], chosen=True), t.PollAnswerVoters(b"nay", voters=1, recent_voters=[])]
        poll = t.Poll(id=number, question=t.TextWithEntities("Shall we sail?", []), answers=answers, hash=0)
        return t.MessageMediaPoll(poll=poll, results=t.PollResults(results=voters, total_voters=4))

    def place(self, number):
        return t.MessageMediaGeo(t.GeoPoint(long=9.99, lat=53.55, access_hash=number, accuracy_radius=20))

    def contact(self, number):
        return t.MessageMediaContact("+4940000000", "Ada", "", "", ADA)

    def page(self, number):
        pages = [
            t.WebPage(number, "https://example.org/", "example.org", 0, title="Example", description="A page"),
            t.WebPageEmpty(number),
            t.WebPagePending(number, START, url="https://example.org/soon"),
        ]
        return t.MessageMediaWebPage(pages[number % len(pages)])

    def slots(self, chat_id):
        """Every number that was ever given out in a chat, newest first, with its message and whether it is gone."""
        if chat_id not in self.sorted:
            history = self.histories[chat_id]
            self.sorted[chat_id] = [
                (number, history[number], (chat_id, number) in self.gone) for number in sorted(history, reverse=True)
            ]
        return self.sorted[chat_id]

    def existing(self, chat_id):
        return [message for _, message, gone in reversed(self.slots(chat_id)) if not gone]

    def truth(self):
        return {
            str(chat_id): [[message.id, message.date, message.message or ""] for message in self.existing(chat_id)]
            for chat_id in self.histories
        }

    def arrive(self):
        """One more message in every chat."""
        self.sorted = {}
        for chat_id, history in self.histories.items():
            if chat_id < MARK:
                number = max(history) + 1
            else:
                number = 1 + max(max(other, default=0) for key, other in self.histories.items() if key > MARK)
            history[number] = self.line(chat_id, number, START + 40_000_000)
