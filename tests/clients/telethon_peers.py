"""Who is who: what telethon_serves.py answers about people and chats.

An id counts only with the access hash that belongs to it, https://core.telegram.org/api/peers.
"""

import struct

from telethon.tl import types as t

from telethon_talk import ADA, MARK, ME, NEWS, TALK, marked, peer_of
from telethon_world import CREW, CREW_BEFORE, LANTERNS, MIGRATES_AT, access_hash

VECTOR = 0x1CB5C415


class RpcError(Exception):
    def __init__(self, code, message):
        self.error = t.RpcError(code, message)


def vector(objects):
    return struct.pack("<Ii", VECTOR, len(objects)) + b"".join(bytes(o) for o in objects)


class Peers:
    def __init__(self, telegram):
        self.telegram, self.wishes, self.world = telegram, telegram.wishes, telegram.world

    def input_user(self, user):
        if isinstance(user, t.InputUserSelf):
            return self.world.users[ME]
        if not isinstance(user, t.InputUser) or user.access_hash != access_hash(user.user_id):
            raise RpcError(400, "USER_ID_INVALID")
        return self.world.users.get(user.user_id) or t.UserEmpty(user.user_id)

    def input_channel(self, channel):
        found = self.world.chats.get(MARK - getattr(channel, "channel_id", 0))
        if found is None or channel.access_hash != found.access_hash:
            raise RpcError(400, "CHANNEL_INVALID")
        return found

    def group(self, chat_id):
        if -chat_id not in self.world.chats:
            raise RpcError(400, "CHAT_ID_INVALID")
        return self.world.chats[-chat_id]

    def input_peer(self, peer):
        if isinstance(peer, t.InputPeerSelf):
            return ME
        if isinstance(peer, t.InputPeerChat) and -peer.chat_id in self.world.chats:
            return -peer.chat_id
        if isinstance(peer, t.InputPeerUser) and peer.access_hash == access_hash(peer.user_id):
            return peer.user_id
        if isinstance(peer, t.InputPeerChannel):
            return MARK - self.input_channel(peer).id
        raise RpcError(400, "PEER_ID_INVALID")

    def get_users(self, request):
        return vector([self.input_user(one) for one in request.id])

    def full_user(self, request):
        user = self.input_user(request.id)
        full = t.UserFull(
            id=user.id, settings=t.PeerSettings(), notify_settings=t.PeerNotifySettings(), common_chats_count=1,
            about=f"About {user.first_name}" if user.first_name else None,
        )
        return t.users.UserFull(full, [], [user])

    def full_channel(self, request):
        channel = self.input_channel(request.channel)
        linked = {NEWS: TALK, TALK: NEWS}.get(channel.id)
        before = CREW_BEFORE if channel.id == CREW else None
        full = t.ChannelFull(
            id=channel.id, about=f"About {channel.title}", read_inbox_max_id=0, read_outbox_max_id=0, unread_count=0,
            chat_photo=t.PhotoEmpty(0), notify_settings=t.PeerNotifySettings(), bot_info=[], pts=1,
            participants_count=42, linked_chat_id=linked, migrated_from_chat_id=before,
            migrated_from_max_id=before and MIGRATES_AT,
        )
        beside = [self.world.chats[MARK - linked]] if linked else []
        beside += [self.world.chats[-before]] if before else []
        return t.messages.ChatFull(full, [channel, *beside], [])

    def full_group(self, request):
        group = self.group(request.chat_id)
        people = [t.ChatParticipant(ADA, ME, group.date), t.ChatParticipantCreator(ME)]
        full = t.ChatFull(
            id=group.id, about="", participants=t.ChatParticipants(group.id, people, 1),
            notify_settings=t.PeerNotifySettings(),
        )
        return t.messages.ChatFull(full, [group], [self.world.users[ME], self.world.users[ADA]])

    def resolve(self, request):
        wanted = request.username.lower()
        for chat_id, peer in [*self.world.users.items(), *self.world.chats.items()]:
            more = [name.username for name in getattr(peer, "usernames", None) or [] if name.active]
            if wanted in [(name or "").lower() for name in [getattr(peer, "username", None), *more]]:
                users, chats = ([peer], []) if chat_id > 0 else ([], [peer])
                return t.contacts.ResolvedPeer(peer_of(chat_id), chats, users)
        raise RpcError(400, "USERNAME_NOT_OCCUPIED")

    def search_peers(self, request):
        """https://core.telegram.org/method/contacts.search: the account's own peers, and then everybody's."""
        words = request.q.lower().split()
        known = {*self.world.rows(), ADA}
        mine, others = [], []
        for chat_id, one in [*self.world.users.items(), *self.world.chats.items()]:
            name = f"{getattr(one, 'title', None) or one.first_name} {getattr(one, 'username', None) or ''}".lower()
            if not all(any(part.startswith(word) for part in name.split()) for word in words):
                continue
            if chat_id in known:
                mine.append(chat_id)
            elif getattr(one, "username", None):
                others.append(chat_id)
        found = mine + others[: request.limit]
        return t.contacts.Found([peer_of(one) for one in mine], [peer_of(one) for one in others], *self.named([], found))

    def check_invite(self, request):
        """https://core.telegram.org/api/invites: what an invite shows depends on who looks."""
        if request.hash == "TalkTalkTalkTalk":
            return t.ChatInviteAlready(self.world.chats[MARK - TALK])
        if request.hash == "LanternsLanterns":
            return t.ChatInvitePeek(self.world.chats[MARK - LANTERNS], int(self.telegram.now()) + 300)
        if request.hash == "StrangersAboard":
            return t.ChatInvite(
                "Strangers Aboard", t.PhotoEmpty(0), 17, 0, channel=True, megagroup=True, request_needed=True,
                about="Ask first",
            )
        raise RpcError(400, "INVITE_HASH_EXPIRED")

    def named(self, messages, chat_ids):
        """The chats and users that messages mention."""
        ids = set(chat_ids)
        for message in messages:
            forward = getattr(message, "fwd_from", None)
            saved = getattr(message, "saved_peer_id", None)
            for peer in (message.peer_id, getattr(message, "from_id", None), getattr(forward, "from_id", None), saved):
                if peer is not None:
                    ids.add(marked(peer))
            if getattr(message, "out", None):
                ids.add(ME)
        known = {**self.world.chats, **self.world.users}
        found = [known[one] for one in sorted(ids)]
        return [one for one in found if not isinstance(one, t.User)], [one for one in found if isinstance(one, t.User)]

    def min(self, user, chat_id):
        """https://core.telegram.org/api/min: of other people in a group, without an access hash that helps."""
        if user.id in (ME, chat_id):
            return user
        return t.User(id=user.id, min=True, access_hash=5, first_name=user.first_name, deleted=user.deleted)
