"""The chat list and the topics of a forum, a window at a time: https://core.telegram.org/api/offsets."""

from telethon.tl import types as t

from telethon_messages import seconds
from telethon_peers import Peers, RpcError
from telethon_talk import ADA, MARK, peer_of
from telethon_world import GENERAL, TOPICS

ARCHIVE = 1


class Lists(Peers):
    def dialogs(self, request):
        """https://core.telegram.org/api/folders: pinned chats first, unless they are left out."""
        rows = [chat_id for chat_id in self.world.rows() if self.is_in_folder(chat_id, request.folder_id)]
        if request.exclude_pinned:
            rows = [chat_id for chat_id in rows if chat_id not in self.world.pinned_chats]
        count = len(rows)
        if seconds(request.offset_date) or request.offset_id:
            rows = [chat_id for chat_id in rows if self.is_behind(chat_id, request)]
        pinned = sum(chat_id in self.world.pinned_chats for chat_id in rows)
        rows = rows[: min(request.limit, pinned + self.wishes.rows)]
        dialogs = [self.dialog(chat_id) for chat_id in rows]
        messages = [self.newest(chat_id) for chat_id in rows]
        is_main = request.folder_id == 0 or request.folder_id is None and self.wishes.archive == "apart"
        if is_main and not request.exclude_pinned and not request.offset_id:
            dialogs.insert(0, self.archive_row())
        named = self.named(messages, set(rows))
        if len(rows) == count:
            return t.messages.Dialogs(dialogs, messages, *named)
        return t.messages.DialogsSlice(count, dialogs, messages, *named)

    def is_in_folder(self, chat_id, folder_id):
        """What is meant by no folder is not said: the main list, or everything."""
        is_archived = chat_id in self.world.archived_chats
        if folder_id is None and self.wishes.archive == "among":
            return True
        return is_archived == (folder_id == ARCHIVE)

    def is_behind(self, chat_id, request):
        """Whether a row comes behind that of the offset: by date, then by the newest message, then by the peer."""
        newest = self.newest(chat_id)
        offset = (seconds(request.offset_date), request.offset_id)
        if (newest.date, newest.id) == offset:
            return chat_id > self.offset_peer(request.offset_peer)
        return (newest.date, newest.id) < offset and chat_id not in self.world.pinned_chats

    def offset_peer(self, peer):
        if isinstance(peer, t.InputPeerEmpty):
            raise RpcError(400, "OFFSET_PEER_ID_INVALID")
        return self.input_peer(peer)

    def newest(self, chat_id):
        return self.world.existing(chat_id)[-1]

    def dialog(self, chat_id):
        return t.Dialog(
            peer=peer_of(chat_id), top_message=self.newest(chat_id).id, read_inbox_max_id=0, read_outbox_max_id=0,
            unread_count=self.world.unread.get(chat_id, 0), unread_mentions_count=0, unread_reactions_count=0,
            unread_poll_votes_count=0, notify_settings=t.PeerNotifySettings(), pts=1 if chat_id < MARK else None,
            pinned=chat_id in self.world.pinned_chats or None,
            folder_id=ARCHIVE if chat_id in self.world.archived_chats else None,
        )

    def archive_row(self):
        """The archive as it stands in the main list."""
        chat_id = self.world.archived_chats[0]
        return t.DialogFolder(
            t.Folder(ARCHIVE, "Archived Chats"), peer_of(chat_id), self.newest(chat_id).id, 0, 1, 0, 9, pinned=True
        )

    def topics(self, request):
        """https://core.telegram.org/api/forum#getting-topics: the latest first."""
        chat_id = self.input_peer(request.peer)
        if not getattr(self.world.chats.get(chat_id), "forum", False):
            raise RpcError(400, "CHANNEL_FORUM_MISSING")
        newest = {topic: self.newest_of_topic(chat_id, topic) for topic in [GENERAL, *TOPICS]}
        order = sorted(newest, key=lambda topic: (-newest[topic].date, -newest[topic].id))
        if request.offset_topic:
            order = order[order.index(request.offset_topic) + 1 :]
        order = order[: min(request.limit, self.wishes.rows)]
        messages = [newest[topic] for topic in order]
        topics = [
            t.ForumTopic(
                id=topic, date=self.world.histories[chat_id][topic].date, peer=peer_of(chat_id),
                title=TOPICS.get(topic, "General"), icon_color=0x6FB9F0, top_message=newest[topic].id,
                read_inbox_max_id=0, read_outbox_max_id=0, unread_count=0, unread_mentions_count=0,
                unread_reactions_count=0, unread_poll_votes_count=0, from_id=t.PeerUser(ADA),
                notify_settings=t.PeerNotifySettings(),
            )
            for topic in order
        ]
        chats, users = self.named(messages, {chat_id})
        return t.messages.ForumTopics(len(newest), topics, messages, chats, users, pts=1)

    def newest_of_topic(self, chat_id, topic):
        return [one for one in self.world.existing(chat_id) if self.world.topic_of(one) == topic][-1]
