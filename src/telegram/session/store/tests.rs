//! Files of sessions, and who may read them. What a keyring does is not tried: a machine may have none.

use std::fs;

use tempfile::TempDir;

use super::*;

const KEY: [u8; 256] = [7; 256];

fn session() -> SessionString {
    SessionString::new(2, "127.0.0.1:4000".parse().unwrap(), &KEY).unwrap()
}

fn store(dir: &TempDir) -> Store {
    Store::new(Some(dir.path().join("kept/session")), false)
}

async fn refusal(store: &Store) -> String {
    store.load().await.unwrap_err().to_string()
}

#[tokio::test]
async fn what_is_saved_is_loaded_until_it_is_wiped() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    assert!(store.load().await.unwrap().is_none());

    let origin = store.save_in_file(&session(), 94575).unwrap();
    let kept = store.load().await.unwrap().unwrap();
    assert_eq!(kept.session.encode(), session().encode());
    assert_eq!((&kept.origin, kept.api_id), (&origin, Some(94575)));

    store.wipe(&origin).await.unwrap();
    assert!(!store.file().unwrap().exists());
    assert!(store.load().await.unwrap().is_none());
    store.wipe(&origin).await.unwrap();
}

#[tokio::test]
async fn trying_the_file_leaves_nothing_behind_and_what_is_kept() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    store.try_file().unwrap();
    let kept = store.file().unwrap().parent().unwrap();
    assert_eq!(fs::read_dir(kept).unwrap().count(), 0);

    store.save_in_file(&session(), 94575).unwrap();
    store.try_file().unwrap();
    assert!(store.load().await.unwrap().is_some());
    assert_eq!(fs::read_dir(kept).unwrap().count(), 1);
}

#[tokio::test]
async fn a_file_may_be_written_by_hand() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    store.save_in_file(&session(), 94575).unwrap();
    for (behind, api_id) in [("\r\n\n", None), ("\r\n7\r\n", Some(7)), ("\nx", None)] {
        let text = format!("  {}{behind}", *session().encode());
        fs::write(store.file().unwrap(), text).unwrap();
        assert_eq!(store.load().await.unwrap().unwrap().api_id, api_id);
    }
}

#[tokio::test]
async fn a_file_that_holds_no_session_is_named_and_not_repeated() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    store.save_in_file(&session(), 94575).unwrap();
    fs::write(store.file().unwrap(), "1zzSECRETzz").unwrap();
    let message = refusal(&store).await;
    assert!(
        message.contains("kept/session holds cannot be used"),
        "{message}"
    );
    assert!(message.contains("login --replace") && !message.contains("zz"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_session_that_others_may_get_at_is_refused_with_the_remedy() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    store.save_in_file(&session(), 94575).unwrap();
    let file = store.file().unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o7777;
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    assert_eq!(mode(file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);

    for exposed in [0o640, 0o604, 0o602] {
        set(file, exposed);
        assert!(
            refusal(&store)
                .await
                .contains("can be read by others: `chmod 600` it")
        );
    }
    set(file, 0o400);
    assert!(store.load().await.unwrap().is_some());

    set(file.parent().unwrap(), 0o777);
    assert!(refusal(&store).await.contains("`chmod 700` the directory"));
    set(file.parent().unwrap(), 0o1777);
    assert!(store.load().await.unwrap().is_some());
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_is_not_followed() {
    let dir = TempDir::new().unwrap();
    let store = store(&dir);
    store.save_in_file(&session(), 94575).unwrap();
    let file = store.file().unwrap();
    let elsewhere = dir.path().join("elsewhere");
    fs::rename(file, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, file).unwrap();
    assert!(
        refusal(&store)
            .await
            .contains("is no plain file but a link")
    );

    store
        .wipe(&Origin::File(file.to_owned()))
        .await
        .unwrap_err();
    assert!(elsewhere.exists());
}

#[tokio::test]
async fn a_keyring_that_is_switched_off_is_not_asked() {
    let dir = TempDir::new().unwrap();
    let error = store(&dir)
        .save_in_keyring(&session(), 94575)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("switched off by TELEGRAM_KEYRING")
    );
}
