"""What the account of telethon_serves.py can read: the same chats, people and messages every time."""

import random

from telethon.tl import types as t

from telethon_media import START
from telethon_talk import ADA, BEN, BOT, GONE, HUSH, MARK, ME, NEWS, TALK, Talk

FORUM, CREW, ATTIC, LANTERNS = 1_500_000_004, 1_500_000_005, 1_500_000_006, 1_500_000_007
ROWING, CREW_BEFORE = 700_001, 700_003
GENERAL = 1
TOPICS = {3: "Tides & Times", 9: "Repairs", 20: "Lost and Found"}
# Posts that were sent as one: all of them have the comments of the first.
ALBUM = range(30, 33)
# At this number of the shared counter the basic group becomes a supergroup.
MIGRATES_AT = 190


def access_hash(peer_id):
    """What proves to have met a peer: any 64 bits that depend on nothing but the id."""
    return random.Random(peer_id).getrandbits(63) - (1 << 62)


class World(Talk):
    def __init__(self, seed):
        super().__init__(seed)
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
            MARK - NEWS: self.channel(NEWS, "Harbour News ⚓", "harbour_news", broadcast=True, has_link=True),
            MARK - TALK: self.channel(TALK, "Harbour Talk", "Harbour_Talk", megagroup=True, has_link=True),
            MARK - HUSH: self.channel(HUSH, "Nothing Left", "harbour_hush", megagroup=True),
            MARK - FORUM: self.channel(FORUM, "Harbour Forum", "harbour_forum", megagroup=True, forum=True),
            MARK - CREW: self.channel(CREW, "Night Crew", None, megagroup=True),
            MARK - ATTIC: self.channel(ATTIC, "Old Charts", None, broadcast=True),
            MARK - LANTERNS: self.channel(LANTERNS, "Lantern Society", "lantern_society", broadcast=True, left=True),
            -ROWING: self.group(ROWING, "Rowing Club"),
            -CREW_BEFORE: self.group(
                CREW_BEFORE, "Night Crew", deactivated=True, migrated_to=t.InputChannel(CREW, access_hash(CREW))
            ),
        }
        self.histories = {chat_id: {} for chat_id in [*self.chats, *self.users]}
        self.gone = set()
        self.sorted = {}
        # Of a post, what the discussion group got of it, and the first of that, which its comments answer.
        self.forwarded, self.threads = {}, {}
        self.pinned_chats = [-ROWING, MARK - NEWS]
        self.archived_chats = [MARK - ATTIC]
        self.unread = {MARK - NEWS: 4, ADA: 1, MARK - ATTIC: 9}
        self.fill()

    def user(self, user_id, first_name, username, **more):
        return t.User(id=user_id, access_hash=access_hash(user_id), first_name=first_name, username=username, **more)

    def channel(self, channel_id, title, username, **more):
        return t.Channel(
            id=channel_id, title=title, username=username, photo=t.ChatPhotoEmpty(), date=START,
            access_hash=access_hash(channel_id), participants_count=42, **more,
        )

    def group(self, chat_id, title, **more):
        return t.Chat(
            id=chat_id, title=title, photo=t.ChatPhotoEmpty(), participants_count=3, date=START, version=1, **more
        )

    def fill(self):
        start = START + self.random.randrange(1000)
        self.fill_channel(MARK - NEWS, 340, self.post, start)
        self.fill_channel(MARK - TALK, 420, self.comment, start)
        self.fill_channel(MARK - HUSH, 12, self.remark, start)
        self.gone |= {(MARK - HUSH, number) for number in range(1, 13)}
        self.fill_channel(MARK - FORUM, 300, self.topical, start)
        self.fill_channel(MARK - ATTIC, 20, self.post, start)
        self.fill_channel(MARK - LANTERNS, 20, self.post, start)
        migrated = self.fill_counter(520)
        self.fill_channel(MARK - CREW, 130, self.remark, migrated)

    def fill_channel(self, chat_id, count, said, date):
        # Single holes, a wide one, and one at either end.
        holes = {number for number in range(2, count) if self.random.random() < 0.08}
        holes |= set(range(count // 2, count // 2 + 110)) | {2, count}
        holes -= {MARK - FORUM: set(TOPICS), MARK - NEWS: set(ALBUM)}.get(chat_id, set())
        self.gone |= {(chat_id, number) for number in holes}
        for number in range(1, count + 1):
            date += self.tick()
            message = self.event(chat_id, number, date) or said(chat_id, number, date)
            self.histories[chat_id][number] = message

    def event(self, chat_id, number, date):
        """What happened in a channel with this number, where it was nothing that anybody said."""
        title = self.chats[chat_id].title
        action = None
        if number == 1 and chat_id == MARK - CREW:
            action = t.MessageActionChannelMigrateFrom(title, CREW_BEFORE)
        elif number == 1:
            action = t.MessageActionChannelCreate(title)
        elif chat_id == MARK - FORUM and number in TOPICS:
            action = t.MessageActionTopicCreate(TOPICS[number], 0x6FB9F0)
        elif chat_id != MARK - FORUM and number % 41 == 0:
            action = t.MessageActionPinMessage()
        elif number % 67 == 0:
            action = t.MessageActionChatEditTitle(title)
        return action and self.service(chat_id, number, date, action)

    def comment(self, chat_id, number, date):
        """In the discussion group: a post of the channel, a comment on one, or something else."""
        post = self.histories[MARK - NEWS].get(number - 3)
        is_forwarded = number % 16 == 1 or number - 3 in ALBUM
        if is_forwarded and isinstance(post, t.Message) and (MARK - NEWS, post.id) not in self.gone:
            self.gone.discard((chat_id, number))
            self.forwarded[post.id] = number
            self.threads[post.id] = self.forwarded[ALBUM[0]] if post.id in ALBUM else number
            return self.forwarded_post(chat_id, number, date, post)
        roots = sorted(set(self.threads.values()))
        if not roots or number % 4 == 0:
            return self.remark(chat_id, number, date)
        # Most people have something to say about the first post.
        root = self.random.choice([roots[0], self.random.choice(roots)])
        return self.remark(chat_id, number, date, self.in_thread(chat_id, root))

    def in_thread(self, chat_id, root):
        """An answer to the first message of a thread, or to one that answers it, https://core.telegram.org/api/threads."""
        inside = [one.id for one in self.histories[chat_id].values() if root in self.threads_of(one)]
        if inside and self.random.random() < 0.4:
            return t.MessageReplyHeader(reply_to_msg_id=self.random.choice(inside), reply_to_top_id=root)
        return t.MessageReplyHeader(reply_to_msg_id=root)

    def topical(self, chat_id, number, date):
        """In a forum: in a topic that is there by now, https://core.telegram.org/api/forum."""
        topic = self.random.choice([GENERAL, *(one for one in TOPICS if one < number)])
        if topic == GENERAL:
            return self.remark(chat_id, number, date)
        inside = [one.id for one in self.histories[chat_id].values() if self.topic_of(one) == topic]
        header = t.MessageReplyHeader(reply_to_msg_id=topic, forum_topic=True)
        if self.random.random() < 0.3:
            answered = self.random.choice(inside)
            header = t.MessageReplyHeader(reply_to_msg_id=answered, reply_to_top_id=topic, forum_topic=True)
        if number % 41 == 0:
            return self.service(chat_id, number, date, t.MessageActionPinMessage(), header)
        return self.remark(chat_id, number, date, header)

    def fill_counter(self, count):
        """Private chats and basic groups share one counter: ids are sparse in each."""
        date = START
        for number, chat in ((3, ROWING), (4, CREW_BEFORE)):
            created = t.MessageActionChatCreate(self.chats[-chat].title, [ME, ADA, BEN])
            self.histories[-chat][number] = self.service(-chat, number, START, created)
        migrated = None
        for number in range(5, 5 + count):
            date += self.tick()
            if number == MIGRATES_AT:
                chat_id, migrated = -CREW_BEFORE, date
                message = self.service(chat_id, number, date, t.MessageActionChatMigrateTo(CREW))
            else:
                weights = [6, 2, 3, 6, 0.5, 0 if migrated else 12]
                chat_id = self.random.choices([ADA, GONE, ME, -ROWING, BOT, -CREW_BEFORE], weights)[0]
                message = self.private(chat_id, number, date)
            self.histories[chat_id][number] = message
            if number != MIGRATES_AT and self.random.random() < 0.1:
                self.gone.add((chat_id, number))
        return migrated

    def private(self, chat_id, number, date):
        if chat_id < 0:
            return self.remark(chat_id, number, date)
        if chat_id == ME:
            return self.kept(chat_id, number, date)
        if chat_id == ADA and number % 23 == 0:
            return self.service(chat_id, number, date, t.MessageActionPhoneCall(number, duration=61))
        return self.line(chat_id, number, date)

    # What stands where

    def topic_of(self, message):
        """The topic of a forum that a message stands in."""
        header = message.reply_to
        if isinstance(getattr(message, "action", None), t.MessageActionTopicCreate):
            return message.id
        if isinstance(header, t.MessageReplyHeader) and header.forum_topic:
            return header.reply_to_top_id or header.reply_to_msg_id
        return GENERAL

    def threads_of(self, message):
        """The threads of a group that a message stands in: at most one, but never the one it opened."""
        header = message.reply_to
        if not isinstance(header, t.MessageReplyHeader) or header.reply_to_peer_id or not header.reply_to_msg_id:
            return []
        return [header.reply_to_top_id or header.reply_to_msg_id]

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

    def rows(self):
        """The chat list: what is pinned, in its own order, then the latest first."""
        listed = [
            chat_id for chat_id in self.histories
            if self.existing(chat_id) and not getattr(self.chats.get(chat_id), "left", False)
        ]
        newest = {chat_id: self.existing(chat_id)[-1] for chat_id in listed}
        pins = {chat_id: place for place, chat_id in enumerate(self.pinned_chats)}
        return sorted(listed, key=lambda one: (pins.get(one, len(pins)), -newest[one].date, -newest[one].id, one))

    def arrive(self):
        """One more message in every chat."""
        self.sorted = {}
        for chat_id, history in self.histories.items():
            if chat_id < MARK:
                number, said = max(history) + 1, self.line
            else:
                number = 1 + max(max(other, default=0) for key, other in self.histories.items() if key > MARK)
                said = self.private
            if chat_id != -CREW_BEFORE:
                history[number] = said(chat_id, number, START + 40_000_000)
