//! Whose session it is, and how it ends.

use std::fmt;

use grammers_tl_types::{enums, functions};

use crate::error::Error;
use crate::telegram::{Call, Client};

/// The account behind a session, as it is told to its owner; `Debug` shows its id only. The texts are written by the
/// account's owner, and may hold anything.
#[derive(Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its id.
    pub id: i64,
    /// What its owner is called.
    pub name: String,
    /// The username, without `@`.
    pub username: Option<String>,
    /// The phone number, masked.
    pub phone: Option<String>,
}

impl Owner {
    pub(super) fn of(user: enums::User) -> Option<Self> {
        let enums::User::User(user) = user else {
            return None;
        };
        let names = [user.first_name, user.last_name];
        let names: Vec<String> = names.into_iter().flatten().collect();
        let usernames = user.usernames.unwrap_or_default();
        let active = usernames.into_iter().find_map(|username| {
            let enums::Username::Username(username) = username;
            username.active.then_some(username.username)
        });
        Some(Self {
            id: user.id,
            name: names.join(" "),
            username: user.username.or(active),
            phone: user.phone.as_deref().map(masked),
        })
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owner")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A phone number's first and last two digits: enough for its owner to know it by.
pub(super) fn masked(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let hidden = 2..digits.len().saturating_sub(2);
    let masked = digits.iter().enumerate().map(|(at, digit)| {
        let is_shown = digits.len() > 4 && !hidden.contains(&at);
        if is_shown { *digit } else { '•' }
    });
    std::iter::once('+').chain(masked).collect()
}

impl Client {
    /// Asks whose session this is.
    pub async fn owner(&self, call: &Call) -> Result<Owner, Error> {
        let request = functions::users::GetUsers {
            id: vec![enums::InputUser::UserSelf],
        };
        let users = self.invoke(&request, call).await?;
        let owner = users.into_iter().find_map(Owner::of);
        owner.ok_or(Error::Unreadable {
            method: "users.getUsers",
        })
    }

    /// Ends the session at Telegram, for good.
    pub async fn log_out(&self, call: &Call) -> Result<(), Error> {
        let request = functions::auth::LogOut {};
        self.invoke(&request, call).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_phone_number_keeps_its_ends() {
        for (phone, shown) in [
            ("4915123456789", "+49•••••••••89"),
            ("+1 202 555 0123", "+12•••••••23"),
            ("1234", "+••••"),
            ("", "+"),
        ] {
            assert_eq!(masked(phone), shown);
        }
    }
}
