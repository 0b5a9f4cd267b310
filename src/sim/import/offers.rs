//! Media that is an object of its own in an export: polls, lists of tasks, invoices, games and giveaways.

use grammers_tl_types as tl;

use super::fields::{Fields, Taken};
use super::message::{Context, take_local};
use super::text;

/// Takes a poll; `id` is any number that no other poll has.
pub(super) fn take_poll(
    context: &mut Context<'_>,
    mut poll: Fields,
    id: i64,
) -> Taken<tl::enums::MessageMedia> {
    let question = text::take(&mut poll, "question", context.warnings)?.boxed();
    let mut answers = Vec::new();
    let mut results = Vec::new();
    for (number, mut answer) in poll.objects("answers")?.into_iter().enumerate() {
        let option = number.to_string().into_bytes();
        let text = text::take(&mut answer, "text", context.warnings)?.boxed();
        answers.push(
            tl::types::PollAnswer {
                text,
                option: option.clone(),
                media: None,
                added_by: None,
                date: None,
            }
            .into(),
        );
        results.push(
            tl::types::PollAnswerVoters {
                chosen: answer.flag("chosen")?,
                correct: false,
                option,
                voters: Some(answer.count("voters")?),
                // The two share a flag, so that one is never there alone.
                recent_voters: Some(Vec::new()),
            }
            .into(),
        );
    }
    Ok(tl::types::MessageMediaPoll {
        poll: tl::types::Poll {
            id,
            closed: poll.flag("closed")?,
            public_voters: false,
            multiple_choice: false,
            quiz: false,
            open_answers: false,
            revoting_disabled: false,
            shuffle_answers: false,
            hide_results_until_close: false,
            creator: false,
            subscribers_only: false,
            question,
            answers,
            close_period: None,
            close_date: None,
            countries_iso2: None,
            hash: 0,
        }
        .into(),
        results: tl::types::PollResults {
            min: false,
            has_unread_votes: false,
            can_view_stats: false,
            results: Some(results),
            total_voters: Some(poll.count("total_voters")?),
            recent_voters: None,
            solution: None,
            solution_entities: None,
            solution_media: None,
        }
        .into(),
        attached_media: None,
    }
    .into())
}

/// Takes a list of tasks, which Desktop calls `answers`.
pub(super) fn take_todo(
    context: &mut Context<'_>,
    mut todo: Fields,
) -> Taken<tl::enums::MessageMedia> {
    let title = text::take(&mut todo, "title", context.warnings)?.boxed();
    let list = take_tasks(context, &mut todo, "answers")?;
    Ok(tl::types::MessageMediaToDo {
        todo: tl::types::TodoList {
            others_can_append: todo.flag("others_can_append")?,
            others_can_complete: todo.flag("others_can_complete")?,
            title,
            list,
        }
        .into(),
        completions: None,
    }
    .into())
}

/// Takes tasks by the name of their field.
pub(super) fn take_tasks(
    context: &mut Context<'_>,
    fields: &mut Fields,
    name: &str,
) -> Taken<Vec<tl::enums::TodoItem>> {
    let mut tasks = Vec::new();
    for mut task in fields.objects(name)? {
        let title = text::take(&mut task, "text", context.warnings)?.boxed();
        let id = task.count("id")?;
        tasks.push(tl::types::TodoItem { id, title }.into());
    }
    Ok(tasks)
}

/// Takes an invoice.
pub(super) fn take_invoice(mut invoice: Fields) -> Taken<tl::enums::MessageMedia> {
    let amount = invoice.number("amount", "an amount in the smallest unit")?;
    Ok(tl::types::MessageMediaInvoice {
        shipping_address_requested: false,
        test: false,
        title: invoice.string("title")?.unwrap_or_default(),
        description: invoice.string("description")?.unwrap_or_default(),
        photo: None,
        receipt_msg_id: invoice.small("receipt_message_id", "a message id")?,
        currency: invoice.string("currency")?.unwrap_or_default(),
        total_amount: amount.unwrap_or(0),
        start_param: String::new(),
        extended_media: None,
    }
    .into())
}

/// Takes a game from the fields of its message.
pub(super) fn take_game(fields: &mut Fields, id: i64) -> Taken<tl::enums::MessageMedia> {
    let link = fields.string("game_link")?.unwrap_or_default();
    let short_name = link.split_once("?game=").map_or("", |(_, name)| name);
    Ok(tl::types::MessageMediaGame {
        game: tl::types::Game {
            id,
            access_hash: 0,
            short_name: short_name.to_owned(),
            title: fields.string("game_title")?.unwrap_or_default(),
            description: fields.string("game_description")?.unwrap_or_default(),
            photo: tl::types::PhotoEmpty { id: 0 }.into(),
            document: None,
        }
        .into(),
    }
    .into())
}

/// Takes the announcement of a giveaway.
pub(super) fn take_giveaway(mut giveaway: Fields, zone: i64) -> Taken<tl::enums::MessageMedia> {
    let mut countries = Vec::new();
    for country in giveaway.list("countries")? {
        countries.push(country.as_str().unwrap_or_default().to_owned());
    }
    Ok(tl::types::MessageMediaGiveaway {
        only_new_subscribers: giveaway.flag("is_only_new_subscribers")?,
        winners_are_visible: false,
        channels: take_ids(&mut giveaway, "channels")?,
        countries_iso2: Some(countries).filter(|countries| !countries.is_empty()),
        prize_description: take_prize(&mut giveaway)?,
        quantity: giveaway.count("quantity")?,
        months: take_amount(&mut giveaway, "months")?.and_then(|months| months.try_into().ok()),
        stars: take_amount(&mut giveaway, "stars")?,
        until_date: take_local(&mut giveaway, "until_date", zone)?.unwrap_or(0),
    }
    .into())
}

/// Takes the results of a giveaway.
pub(super) fn take_giveaway_results(
    mut results: Fields,
    zone: i64,
) -> Taken<tl::enums::MessageMedia> {
    let channel = results.number("channel", "the id of a channel")?;
    let additional = take_amount(&mut results, "additional_peers_count")?;
    Ok(tl::types::MessageMediaGiveawayResults {
        only_new_subscribers: results.flag("is_only_new_subscribers")?,
        refunded: results.flag("is_refunded")?,
        channel_id: channel.unwrap_or(0),
        additional_peers_count: additional.and_then(|count| count.try_into().ok()),
        launch_msg_id: results.count("launch_message_id")?,
        winners_count: results.count("winners_count")?,
        unclaimed_count: results.count("unclaimed_count")?,
        winners: take_ids(&mut results, "winners")?,
        months: take_amount(&mut results, "months")?.and_then(|months| months.try_into().ok()),
        stars: take_amount(&mut results, "stars")?,
        prize_description: take_prize(&mut results)?,
        until_date: take_local(&mut results, "until_date", zone)?.unwrap_or(0),
    }
    .into())
}

fn take_prize(fields: &mut Fields) -> Taken<Option<String>> {
    let prize = fields.string("additional_prize")?;
    Ok(prize.filter(|prize| !prize.is_empty()))
}

/// A number that Desktop writes as 0 where Telegram has none.
fn take_amount(fields: &mut Fields, name: &str) -> Taken<Option<i64>> {
    let number = fields.number(name, "a whole number")?;
    Ok(number.filter(|number| *number != 0))
}

fn take_ids(fields: &mut Fields, name: &str) -> Taken<Vec<i64>> {
    let mut ids = Vec::new();
    for value in fields.list(name)? {
        match super::fields::whole(&value) {
            Some(id) => ids.push(id),
            None => return Err(fields.refuse(name, &value, "a list of ids")),
        }
    }
    Ok(ids)
}
