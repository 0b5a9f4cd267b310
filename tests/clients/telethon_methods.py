"""Which request of telethon_serves.py is answered by what, and what is asked about no peer."""

from telethon.tl import functions as f
from telethon.tl import types as t

from telethon_lists import Lists
from telethon_messages import Messages
from telethon_peers import RpcError

DC = 2


class Methods(Messages, Lists):
    def answer(self, request):
        handlers = {
            f.help.GetConfigRequest: self.config,
            f.updates.GetStateRequest: lambda _: t.updates.State(1, 0, int(self.telegram.now()), 1, 0),
            f.users.GetUsersRequest: self.get_users,
            f.users.GetFullUserRequest: self.full_user,
            f.contacts.ResolveUsernameRequest: self.resolve,
            f.channels.GetChannelsRequest: lambda r: t.messages.Chats([self.input_channel(one) for one in r.id]),
            f.channels.GetFullChannelRequest: self.full_channel,
            f.messages.GetChatsRequest: lambda r: t.messages.Chats([self.group(one) for one in r.id]),
            f.messages.GetFullChatRequest: self.full_group,
            f.messages.GetHistoryRequest: self.history,
            f.messages.SearchRequest: self.search,
            f.messages.GetRepliesRequest: self.replies,
            f.messages.GetSavedHistoryRequest: self.saved_history,
            f.messages.GetDiscussionMessageRequest: self.discussion,
            f.messages.GetDialogsRequest: self.dialogs,
            f.messages.GetForumTopicsRequest: self.topics,
            f.messages.CheckChatInviteRequest: self.check_invite,
            f.contacts.SearchRequest: self.search_peers,
        }
        handler = handlers.get(type(request))
        if handler is None:
            raise RpcError(400, "INPUT_METHOD_INVALID")
        answer = handler(request)
        return answer if isinstance(answer, bytes) else bytes(answer)

    def config(self, _):
        now = int(self.telegram.now())
        home = t.DcOption(DC, "127.0.0.1", self.telegram.port, this_port_only=True)
        # Addresses that are reserved for documentation: nothing is there.
        others = [t.DcOption(dc, f"192.0.2.{dc}", 443, static=True) for dc in (1, 3, 4, 5)]
        others += [
            t.DcOption(dc, f"2001:db8::{dc}", 443, ipv6=True) for dc in (1, 3)
        ] + [t.DcOption(4, "192.0.2.44", 443, media_only=True), t.DcOption(203, "192.0.2.203", 443, cdn=True)]
        moved = [t.DcOption(DC, "192.0.2.2", 443), t.DcOption(DC, "2001:db8::2", 443, ipv6=True)]
        listed = {"none": [], "self": [home], "others": [home, *others], "moved": moved + others}
        numbers = dict.fromkeys(
            """chat_size_max megagroup_size_max forwarded_count_max online_update_period_ms offline_blur_timeout_ms
            offline_idle_timeout_ms online_cloud_timeout_ms notify_cloud_delay_ms notify_default_delay_ms
            push_chat_period_ms push_chat_limit edit_time_limit revoke_time_limit revoke_pm_time_limit rating_e_decay
            stickers_recent_limit channels_read_media_period call_receive_timeout_ms call_ring_timeout_ms
            call_connect_timeout_ms call_packet_timeout_ms caption_length_max message_length_max""".split(),
            1000,
        )
        return t.Config(
            date=now, expires=now + 3600, test_mode=False, this_dc=DC, dc_options=listed[self.wishes.dc_options],
            dc_txt_domain_name="example.org", me_url_prefix="https://t.me/", webfile_dc_id=4, **numbers,
        )
