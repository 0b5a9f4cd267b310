use super::*;
use crate::model::ChatKind;
use crate::telegram::peer::MigratedFrom;

/// When the tests take place.
const NOW: i64 = 1_800_000_000;
const KIM: i64 = 4242;
const LEE: i64 = 4243;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A file with one peer that was asked for, as another process would have written it.
fn written(chat_id: i64, access_hash: i64, name: &str, confirmed: i64) -> Known {
    let mut known = Known::default();
    known.insert(chat_id, access_hash, names(&[name]), confirmed);
    known.keep(chat_id);
    known.save(None, confirmed).unwrap()
}

/// The file as a process finds it that starts now.
fn again(file: Known, now: i64) -> Known {
    let text = serde_json::to_string(&file).unwrap();
    serde_json::from_str::<Known>(&text).unwrap().loaded(now)
}

fn hash(peer: Option<Peer>) -> Option<i64> {
    peer.map(|peer| peer.access_hash)
}

#[test]
fn what_was_confirmed_within_a_week_is_trusted_and_nothing_else() {
    let table = [
        (0, true),
        (1, true),
        (TRUSTED - 1, true),
        (TRUSTED, false),
        (10 * TRUSTED, false),
        (NOW, false),
        // Clocks are set back now and then, by little.
        (-60, true),
        (-2 * DAY, false),
        (NOW.saturating_sub(i64::MAX), false),
        (i64::MAX, false),
    ];
    for (age, trusted) in table {
        let confirmed = NOW.saturating_sub(age);
        let mut known = Known::default();
        known.insert(KIM, 7, names(&["kim"]), confirmed);
        let expected = trusted.then_some(7);
        assert_eq!(hash(known.by_id(KIM, NOW)), expected, "{age}");
        assert_eq!(hash(known.by_name("kim", NOW)), expected, "{age}");
        assert_eq!(hash(known.last_known(KIM)), Some(7), "{age}");
    }
}

#[test]
fn an_answer_that_describes_a_peer_confirms_it() {
    let mut known = Known::default();
    known.insert(KIM, 7, names(&["kim"]), NOW);
    known.insert(KIM, 7, names(&["kim"]), NOW + TRUSTED - 1);
    assert_eq!(hash(known.by_name("kim", NOW + TRUSTED)), Some(7));
}

#[test]
fn using_a_peer_does_not_confirm_it() {
    let mut known = Known::default();
    known.insert(KIM, 7, names(&["kim"]), NOW);
    assert_eq!(hash(known.by_name("kim", NOW + TRUSTED - 1)), Some(7));
    assert_eq!(hash(known.by_name("kim", NOW + TRUSTED)), None);
}

#[test]
fn a_file_without_times_is_asked_about_once_more() {
    let old = r#"{"me":4242,"peers":{"4242":{"access_hash":7,"used":3,"resolved":true}},
        "names":{"kim":4242},"clock":9}"#;
    let mut known = serde_json::from_str::<Known>(old).unwrap().loaded(NOW);
    assert_eq!((known.me(NOW), known.by_name("kim", NOW)), (None, None));
    assert_eq!(hash(known.last_known(KIM)), Some(7));
    known.insert(KIM, 7, names(&["kim"]), NOW);
    assert_eq!(hash(known.by_name("kim", NOW)), Some(7));
    assert_eq!(hash(known.me(NOW)), Some(7));
    assert!(known.is_unsaved(KIM));
}

#[test]
fn times_that_cannot_be_are_neither_trusted_nor_kept_over_what_is_known() {
    for time in [NOW + 2 * DAY, i64::MAX, i64::MIN] {
        let mut absurd = Known::default();
        absurd.insert(KIM, 6, names(&["kim"]), time);
        absurd.keep(KIM);
        let file = absurd.save(None, time).unwrap();
        let mut known = again(file, NOW);
        assert_eq!(hash(known.by_id(KIM, NOW)), None, "{time}");
        assert!(known.peers[&KIM].used <= NOW, "{time}");

        known.insert(KIM, 7, names(&["kim"]), NOW);
        let mut absurd = Known::default();
        absurd.insert(KIM, 6, names(&["kim"]), time);
        let mut merged = again(known.save(Some(absurd), NOW).unwrap(), NOW);
        assert_eq!(hash(merged.by_name("kim", NOW)), Some(7), "{time}");
    }
}

#[test]
fn a_name_belongs_to_whoever_was_seen_with_it_last() {
    let mut known = Known::default();
    known.insert(KIM, 7, names(&["name", "kim"]), NOW);
    known.insert(LEE, 8, names(&["name"]), NOW);
    assert_eq!(hash(known.by_name("name", NOW)), Some(8));
    assert_eq!(hash(known.by_name("kim", NOW)), Some(7));
    known.insert(LEE, 8, names(&["lee"]), NOW);
    assert_eq!(hash(known.by_name("name", NOW)), None);
    known.name("name", KIM);
    assert_eq!(hash(known.by_name("name", NOW)), Some(7));
    known.name("nobody", 1);
    assert_eq!(hash(known.by_name("nobody", NOW)), None);
}

#[test]
fn only_what_telegram_refused_is_forgotten() {
    let mut known = Known::default();
    known.insert(KIM, 7, names(&["kim"]), NOW);
    let stale = Peer {
        chat_id: KIM,
        access_hash: 6,
    };
    assert!(!known.forget(stale));
    let refused = known.by_id(KIM, NOW).unwrap();
    assert!(known.forget(refused) && !known.forget(refused));
    assert_eq!(
        (known.last_known(KIM), known.by_name("kim", NOW)),
        (None, None)
    );
    assert!(known.names.is_empty());
}

#[test]
fn the_later_of_two_processes_is_believed() {
    // What this process knows; what the file says; who holds the name afterwards, with which hash.
    let table = [
        ((KIM, 7, NOW), (KIM, 6, NOW - 1), Some(7)),
        ((KIM, 7, NOW - 1), (KIM, 6, NOW), Some(6)),
        ((KIM, 7, NOW), (KIM, 6, NOW), Some(7)),
        ((KIM, 7, NOW), (LEE, 8, NOW - 1), Some(7)),
        ((KIM, 7, NOW - 1), (LEE, 8, NOW), Some(8)),
    ];
    for (ours, theirs, expected) in table {
        let mut known = Known::default();
        known.insert(ours.0, ours.1, names(&["name"]), ours.2);
        known.keep(ours.0);
        let file = written(theirs.0, theirs.1, "name", theirs.2);
        let mut merged = again(known.save(Some(file), NOW).unwrap(), NOW);
        assert_eq!(
            hash(merged.by_name("name", NOW)),
            expected,
            "{ours:?} {theirs:?}"
        );
        assert!(merged.last_known(ours.0).is_some() && merged.last_known(theirs.0).is_some());
    }
}

#[test]
fn a_name_that_another_process_saw_lost_stays_lost() {
    let mut known = again(written(KIM, 7, "kim", NOW - 2), NOW);
    let file = written(KIM, 7, "renamed", NOW - 1);
    known.insert(LEE, 8, names(&["lee"]), NOW);
    known.keep(LEE);
    let mut merged = again(known.save(Some(file), NOW).unwrap(), NOW);
    assert_eq!(hash(merged.by_name("kim", NOW)), None);
    assert_eq!(hash(merged.by_name("renamed", NOW)), Some(7));
    assert_eq!(hash(merged.by_name("lee", NOW)), Some(8));
}

#[test]
fn the_file_is_written_for_what_is_new_and_once_a_day_for_what_is_not() {
    let mut known = Known::default();
    known.insert(KIM, 7, names(&["kim"]), NOW);
    assert!(!known.is_unsaved(KIM));
    assert!(known.keep(KIM));
    assert!(known.save(None, NOW).is_some());
    assert!(!known.keep(KIM));
    assert!(known.save(None, NOW).is_none());

    let mut known = again(written(KIM, 7, "kim", NOW), NOW + 3);
    known.insert(KIM, 7, names(&["kim"]), NOW + DAY - 1);
    assert!(!known.is_unsaved(KIM));
    known.insert(KIM, 7, names(&["kim"]), NOW + DAY);
    assert!(known.is_unsaved(KIM));
    let file = known.save(None, NOW + DAY).unwrap();
    let mut known = again(file, NOW + DAY);
    assert_eq!(hash(known.by_name("kim", NOW + TRUSTED)), Some(7));

    for (access_hash, name) in [(8, "kim"), (8, "renamed")] {
        known.insert(KIM, access_hash, names(&[name]), NOW + DAY);
        assert!(known.is_unsaved(KIM), "{access_hash} {name}");
        assert!(known.save(None, NOW + DAY).is_some());
    }
    known.insert(LEE, 9, names(&["renamed"]), NOW + DAY);
    assert!(known.is_unsaved(KIM) && !known.is_unsaved(LEE));
}

#[test]
fn there_are_never_too_many_and_those_asked_for_last_stay() {
    let count = 3 * MAX_PEERS as i64;
    let mut known = Known::default();
    known.insert(KIM, 7, names(&["kim"]), NOW - DAY);
    known.keep(KIM);
    for number in 1..=count {
        known.insert(-number, 0, names(&[&format!("name{number}")]), NOW);
        known.bound();
        assert!(known.peers.len() <= MAX_PEERS && known.names.len() <= MAX_PEERS);
    }
    assert_eq!(hash(known.by_name("kim", NOW)), Some(7));
    assert!(known.by_id(-count, NOW).is_some());

    let mut used = Known::default();
    for number in 1..=count {
        used.insert(-number, 0, Vec::new(), NOW + number);
    }
    used.bound();
    assert!(used.last_known(-count).is_some());
    assert!(used.last_known(-1).is_none());
}

#[test]
fn a_file_with_too_many_peers_is_cut_when_it_is_read_and_when_it_is_written() {
    let crowd = || {
        let mut known = Known::default();
        for number in 1..=2 * MAX_PEERS as i64 {
            known.insert(-number, 0, names(&[&format!("name{number}")]), NOW);
            known.keep(-number);
        }
        known
    };
    let loaded = crowd().loaded(NOW);
    assert!(loaded.peers.len() <= MAX_PEERS && loaded.names.len() <= MAX_PEERS);

    let mut known = Known::default();
    known.insert(KIM, 7, names(&["kim"]), NOW);
    known.keep(KIM);
    let merged = known.save(Some(crowd()), NOW).unwrap();
    assert!(merged.peers.len() <= MAX_PEERS);
    assert_eq!(hash(merged.last_known(KIM)), Some(7));
}

#[test]
fn one_peer_has_no_more_names_than_it_could() {
    let many: Vec<String> = (0..1_000).map(|number| format!("name{number}")).collect();
    let mut known = Known::default();
    known.insert(KIM, 7, many.clone(), NOW);
    assert_eq!(known.names.len(), MAX_NAMES);
    known.name("another", KIM);
    assert_eq!(hash(known.by_name("another", NOW)), Some(7));
    assert_eq!(known.peers[&KIM].names.len(), MAX_NAMES);
    known.insert(KIM, 7, Vec::new(), NOW);
    assert!(known.names.is_empty());
}

#[test]
fn what_a_group_has_become_is_known_from_either_side() {
    const FLAT: i64 = -77;
    const TALK: i64 = -1_000_000_001_002;
    let mut known = Known::default();
    known.insert(FLAT, 0, Vec::new(), NOW);
    assert_eq!(known.successor(FLAT), None);
    let became = Nature {
        kind: ChatKind::Group,
        became: Some(TALK),
    };
    known.learn_nature(FLAT, became);
    assert_eq!(known.successor(FLAT), Some(TALK));

    let mut known = Known::default();
    known.insert(TALK, 7, Vec::new(), NOW);
    let from = MigratedFrom {
        chat_id: FLAT,
        max_id: 12,
    };
    known.learn_origin(TALK, Origin::MigratedFrom(from));
    assert_eq!(known.successor(FLAT), Some(TALK));
    assert_eq!(known.successor(-78), None);
}

#[test]
fn what_a_chat_is_stays_known_when_it_is_described_again_and_is_not_written() {
    let mut known = Known::default();
    known.insert(KIM, 7, names(&["kim"]), NOW);
    known.learn_nature(KIM, ChatKind::Bot.into());
    known.insert(KIM, 7, names(&["kim_k"]), NOW + 1);
    assert_eq!(known.nature(KIM), Some(ChatKind::Bot.into()));
    known.keep(KIM);
    let written = known.save(None, NOW + 2).unwrap();
    assert_eq!(again(written, NOW + 3).nature(KIM), None);
}
