//! `login`, `logout` and `whoami` as a person sees them: the real binary on a pseudo-terminal, with the embedded
//! Telegram behind it.

use std::path::PathBuf;

use qrcode::{Color, EcLevel, QrCode};
use serde_json::Value;
use telegram_history_mcp::sim::login::{Desk, Password, Standing};
use telegram_history_mcp::telegram::session::SessionString;
use tempfile::TempDir;
use tokio::process::Command;

use crate::login::Office;
use crate::support::terminal::{Ended, Terminal};
use crate::support::watch::traces_of;
use crate::support::{Process, binary, eventually, run};

const API_HASH: &str = "0123456789abcdef0123456789abcdef";

/// A desk, and a home for the person who logs in at it.
struct Home {
    office: Office,
    dir: TempDir,
}

impl Home {
    async fn with(change: impl FnOnce(&mut Desk)) -> Self {
        let office = Office::with(change).await;
        {
            let mut world = office.sim.world();
            let me = world.me;
            let user = world.users.get_mut(&me).unwrap();
            user.first_name = Some("Ada".to_owned());
            user.last_name = Some("Example".to_owned());
            user.username = Some("ada".to_owned());
        }
        Self {
            office,
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// A file with the keys that a login begins with, that of data centre 2 first.
    fn start(&self) -> String {
        let strings = self.office.strings(2);
        let lines: Vec<String> = strings.iter().map(|it| it.encode().to_string()).collect();
        let file = self.dir.path().join("start");
        std::fs::write(&file, format!("# keys\n{}\n", lines.join("\n"))).unwrap();
        format!("@{}", file.display())
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("TELEGRAM_API_ID", "1".to_owned()),
            ("TELEGRAM_API_HASH", API_HASH.to_owned()),
            ("TELEGRAM_STATE_DIR", "state".to_owned()),
        ]
    }

    fn state_dir(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    fn session_file(&self) -> PathBuf {
        self.state_dir().join("session")
    }

    /// `login` with these arguments on a terminal.
    fn login(&self, arguments: &[&str]) -> Terminal {
        let start = self.start();
        let all = [&["login", "--start-session", &start], arguments].concat();
        self.terminal(env!("CARGO_BIN_EXE_telegram-history-mcp"), &all, (80, 70))
    }

    /// Any program in a window of so many columns and rows, which works in this home.
    fn terminal(&self, program: &str, arguments: &[&str], size: (u16, u16)) -> Terminal {
        let settings = self.settings();
        let settings: Vec<(&str, &str)> = settings.iter().map(|(n, v)| (*n, v.as_str())).collect();
        Terminal::start(program, arguments, &settings, self.dir.path(), size)
    }

    /// Another command, without a terminal.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = binary(arguments);
        command.envs(self.settings()).current_dir(self.dir.path());
        command
    }

    /// Keys for another login.
    fn renew(&mut self) {
        self.office.entrances = self.office.sim.entrances();
    }

    /// Keeps this session, as a login would.
    fn keep(&self, session: &SessionString) {
        std::fs::write(self.session_file(), session.encode().as_bytes()).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let owners = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(self.session_file(), owners).unwrap();
        }
    }

    /// Ends the session that is kept, from somewhere else, and leaves it here.
    async fn log_out_elsewhere(&self) {
        let mut command = self.command(&["logout"]);
        command.env(
            "TELEGRAM_SESSION_STRING",
            self.kept().unwrap().encode().as_str(),
        );
        let (code, _, errors) = run(&mut command).await;
        assert_eq!((code, errors.as_str()), (Some(0), ""));
    }

    /// The session that is kept.
    fn kept(&self) -> Option<SessionString> {
        let text = std::fs::read_to_string(self.session_file()).ok()?;
        Some(SessionString::parse(text.lines().next().unwrap()).unwrap())
    }

    /// Nothing of what must stay inside was shown.
    #[track_caller]
    fn assert_keeps_secrets(&self, ended: &Ended, others: &[&str]) {
        for entrance in &self.office.entrances {
            for trace in traces_of(&entrance.auth_key) {
                assert!(!ended.all.contains(&trace), "the key, as {trace}");
            }
        }
        for secret in others.iter().chain(&[API_HASH]) {
            assert!(!ended.all.contains(secret), "{secret}");
        }
    }
}

/// The window with the code in it as a word.
fn without_code(screen: &str) -> String {
    let is_code = |line: &&str| line.contains(['█', '▀', '▄']) || line.trim().is_empty();
    let lines: Vec<&str> = screen.lines().filter(|line| !is_code(line)).collect();
    lines.join("\n")
}

/// The screen up to the lines for clients, which hold where the binary is.
fn before_clients(screen: &str) -> String {
    let (before, _) = screen.split_once("What to put into their").unwrap();
    before.trim_end().to_owned()
}

fn snapshot(name: &str, screen: String) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, screen);
    });
}

/// The modules that a window shows, with the white border around them: dark ones are `true`.
fn modules(screen: &vt100::Screen) -> Vec<Vec<bool>> {
    let paper = vt100::Color::Idx(231);
    let ink = vt100::Color::Idx(16);
    let mut lines = Vec::new();
    let (rows, columns) = screen.size();
    for row in 0..rows.get() {
        let cells: Vec<&vt100::Cell> = (0..columns.get())
            .filter_map(|column| screen.cell(row, column))
            .take_while(|cell| cell.bgcolor() == paper)
            .collect();
        if cells.is_empty() {
            continue;
        }
        assert!(cells.iter().all(|cell| cell.fgcolor() == ink));
        for half in ["█▀", "█▄"] {
            let is_dark = |cell: &&vt100::Cell| {
                let sign = cell.contents();
                !sign.trim().is_empty() && half.contains(sign)
            };
            lines.push(cells.iter().map(is_dark).collect());
        }
    }
    lines
}

/// The modules of the code for this link, with so wide a border.
fn expected(link: &str, border: usize) -> Vec<Vec<bool>> {
    let code = QrCode::with_error_correction_level(link, EcLevel::L).unwrap();
    let (width, colors) = (code.width(), code.to_colors());
    let whole = width + 2 * border;
    let inside = |at: usize| at.checked_sub(border).filter(|at| *at < width);
    let is_dark = |x: usize, y: usize| match (inside(x), inside(y)) {
        (Some(x), Some(y)) => colors[y * width + x] == Color::Dark,
        _ => false,
    };
    let lines = 0..whole.next_multiple_of(2);
    lines
        .map(|y| (0..whole).map(|x| is_dark(x, y)).collect())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_qr_code_is_scanned() {
    let home = Home::with(|_| {}).await;
    let terminal = home.login(&[]);
    let screen = terminal.shows("Good for").await;
    assert!(screen.contains('█'), "{screen}");
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    let ended = terminal.ends().await;
    snapshot("a_qr_code_is_scanned", before_clients(&ended.screen));
    assert_eq!(ended.code, 0);
    assert_eq!(home.office.standing(2), Standing::LoggedIn);
    assert_eq!(home.kept().unwrap().dc_id(), 2);
    home.assert_keeps_secrets(&ended, &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_qr_code_is_the_one_to_scan_and_waits_in_any_window() {
    let home = Home::with(|_| {}).await;
    let start = home.start();
    let binary = env!("CARGO_BIN_EXE_telegram-history-mcp");
    let arguments = ["login", "--start-session", &start];
    let mut terminal = home.terminal(binary, &arguments, (80, 12));
    terminal.shows("Good for").await;
    let screen = terminal.shows("tg://login?token=").await;
    let joined = screen.replace('\n', "");
    let (_, link) = joined.split_once("tg://").unwrap();
    let is_link = |c: &char| c.is_ascii_alphanumeric() || "/?=-_:".contains(*c);
    let link: String = link.chars().take_while(is_link).collect();
    let link = format!("tg://{}", link.trim_end_matches("Good"));
    let small = screen.replace(&link, "tg://login?token=…");

    terminal.resize(80, 24);
    let screen = terminal.shows("Link Desktop Device").await;
    let modules = terminal.look(modules);
    assert_eq!(screen.lines().count(), 24, "{screen}");
    let quiet = (modules[0].len()
        - QrCode::with_error_correction_level(&link, EcLevel::L)
            .unwrap()
            .width())
        / 2;
    assert!(modules == expected(&link, quiet), "{link}\n{screen}");
    snapshot("a_window_that_is_too_small", seconds_left_out(&small));
    snapshot(
        "around_the_qr_code",
        seconds_left_out(&without_code(&screen)),
    );
    terminal.keys("\x03");
    let ended = terminal.ends().await;
    snapshot("ctrl_c_at_the_qr_code", ended.screen.clone());
    assert_eq!(ended.code, 130);
    assert_eq!(home.kept().map(|_| ()), None);
    home.assert_keeps_secrets(&ended, &[]);
}

fn seconds_left_out(screen: &str) -> String {
    let words: Vec<&str> = screen.split("Good for ").collect();
    match words.as_slice() {
        [before, after] => {
            let (_, after) = after.split_once(" s").unwrap();
            format!("{before}Good for N s{after}")
        }
        _ => screen.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_has_expired_is_drawn_anew() {
    let home = Home::with(|desk| desk.token_life = std::time::Duration::from_secs(2)).await;
    let terminal = home.login(&[]);
    terminal.shows("Good for").await;
    let first = terminal.look(modules);
    eventually("another code", || {
        let now = terminal.look(modules);
        now.len() == first.len() && now != first
    })
    .await;
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    assert_eq!(terminal.ends().await.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_by_phone_and_a_password_are_asked_for() {
    let home = Home::with(|desk| {
        desk.home_dc = 4;
        desk.phone = "+49 30 23125 007".to_owned();
        let mut password = Password::new("correct horse");
        password.hint = Some("the comic".to_owned());
        desk.password = Some(password);
    })
    .await;
    let mut terminal = home.login(&["--phone"]);
    terminal.shows("Phone number").await;
    terminal.line("030 23125");
    terminal.shows("Not a phone number").await;
    terminal.line("+49 30 23125-007");
    terminal.shows("Code, or nothing").await;
    terminal.line("1111");
    terminal.shows("A code of 5 digits was sent").await;
    terminal.line("11111");
    terminal.shows("That is not the code").await;
    terminal.line("");
    terminal.shows("at the earliest").await;
    terminal.line("2-46 80");
    terminal.shows("Password of the account").await;
    assert!(!terminal.echoes());
    terminal.line("wrong horse");
    // Nobody asks yet: it shows nowhere, and is no second try.
    terminal.line("hasty horse");
    terminal.shows("That is not the password").await;
    terminal.line("correct horse");
    let ended = terminal.ends().await;
    snapshot(
        "a_code_by_phone_and_a_password",
        before_clients(&ended.screen),
    );
    assert_eq!(ended.code, 0);
    assert_eq!(home.kept().unwrap().dc_id(), 4);
    assert_eq!(home.office.standing(4), Standing::LoggedIn);
    let passwords = ["wrong horse", "hasty horse", "correct horse"];
    home.assert_keeps_secrets(&ended, &passwords);
    assert_eq!(home.office.count("auth.checkPassword"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_sent_again_and_the_third_wrong_one_is_the_last() {
    let home = Home::with(|desk| desk.resend_after = None).await;
    let phone = home.office.sim.world().desk.phone.clone();
    let mut terminal = home.login(&["--phone", &phone]);
    terminal.shows("Code, or nothing to get it by SMS").await;
    terminal.line("");
    terminal.shows("Code, or nothing to get it by a call").await;
    for (wrong, tries) in [("11111", 0), ("22222", 1), ("33333", 2)] {
        eventually("the next question", || {
            let refusals = terminal.screen().matches("That is not").count();
            refusals == tries && terminal.screen().ends_with("tells it:")
        })
        .await;
        terminal.line(wrong);
    }
    let ended = terminal.ends().await;
    snapshot("three_wrong_codes", ended.screen.clone());
    assert_eq!(ended.code, 1);
    assert_eq!(home.office.count("auth.cancelCode"), 1);
    assert!(home.kept().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_at_the_password_leaves_no_session_and_a_terminal_that_echoes() {
    for signal in ["\x03", "TERM"] {
        let home = Home::with(|desk| desk.password = Some(Password::new("correct horse"))).await;
        let phone = home.office.sim.world().desk.phone.clone();
        let mut terminal = home.login(&["--phone", &phone]);
        terminal.shows("Code, or nothing").await;
        eventually("echo", || terminal.echoes()).await;
        terminal.line("24680");
        terminal.shows("Password of the account").await;
        eventually("hidden input", || !terminal.echoes()).await;
        assert_eq!(home.office.standing(2), Standing::AwaitsPassword);
        match signal {
            "TERM" => {
                let id = terminal.id().to_string();
                Command::new("kill").arg(&id).status().await.unwrap();
            }
            keys => terminal.keys(keys),
        }
        eventually("echo", || terminal.echoes()).await;
        let ended = terminal.ends().await;
        assert_eq!(ended.code, 130, "{}", ended.screen);
        assert!(
            ended.screen.contains("given up; nothing was kept"),
            "{}",
            ended.screen
        );
        // Nobody waits for an answer to the last request.
        eventually("the key is forgotten", || {
            home.office.standing(2) == Standing::Unauthorised
        })
        .await;
        assert!(home.kept().is_none());
        let again = home.login(&["--phone", &phone]).ends().await;
        assert_eq!(again.code, 1);
        assert!(again.screen.contains("sim --login"), "{}", again.screen);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_works_is_not_lost_by_accident() {
    let mut home = Home::with(|_| {}).await;
    let terminal = home.login(&[]);
    terminal.shows("Good for").await;
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    assert_eq!(terminal.ends().await.code, 0);
    let first = home.kept().unwrap();

    home.renew();
    let ended = home.login(&[]).ends().await;
    snapshot("a_session_is_there_already", ended.screen.clone());
    assert_eq!(ended.code, 1);
    assert_eq!(home.kept().unwrap().auth_key(), first.auth_key());

    let terminal = home.login(&["--replace"]);
    terminal.shows("Good for").await;
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    assert_eq!(terminal.ends().await.code, 0);
    let second = home.kept().unwrap();
    assert!(second.auth_key() != first.auth_key());
    let standing =
        |session: &SessionString| home.office.sim.world().logins.standing(session.auth_key());
    assert_eq!(standing(&second), Standing::LoggedIn);
    assert_eq!(standing(&first), Standing::Unauthorised);

    // One that was ended elsewhere is in nobody's way.
    home.office.sim.world().logins.revoke(second.auth_key());
    home.renew();
    let terminal = home.login(&[]);
    terminal.shows("Good for").await;
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    let ended = terminal.ends().await;
    assert!(ended.screen.contains("no longer valid"), "{}", ended.screen);
    assert!(home.kept().unwrap().auth_key() != second.auth_key());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printed_session_is_all_there_is_on_standard_output() {
    let home = Home::with(|_| {}).await;
    let start = home.start();
    let out = home.dir.path().join("out");
    let script = format!(
        "{} login --store print --start-session {start} > {}",
        env!("CARGO_BIN_EXE_telegram-history-mcp"),
        out.display()
    );
    let terminal = home.terminal("/bin/sh", &["-c", &script], (80, 24));
    terminal.shows("Good for").await;
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    let ended = terminal.ends().await;
    snapshot("a_printed_session", ended.screen.clone());
    assert_eq!(ended.code, 0);
    let printed = std::fs::read_to_string(&out).unwrap();
    let session = SessionString::parse(printed.trim_end()).unwrap();
    let standing = home.office.sim.world().logins.standing(session.auth_key());
    assert_eq!(standing, Standing::LoggedIn);
    assert!(home.kept().is_none());
    home.assert_keeps_secrets(&ended, &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_keeps_nothing_is_refused_before_telegram_is_asked() {
    let home = Home::with(|_| {}).await;
    let ended = home.login(&["--store", "keyring"]).ends().await;
    snapshot("a_place_that_keeps_nothing", ended.screen.clone());
    assert_eq!(ended.code, 1);

    std::fs::create_dir_all(home.session_file()).unwrap();
    let ended = home.login(&["--store", "file"]).ends().await;
    assert!(ended.screen.contains("cannot be"), "{}", ended.screen);
    assert_eq!(ended.code, 1);
    assert_eq!(home.office.sim.world().log.len(), 0);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_others_may_write_to_is_no_place_for_a_session() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = Home::with(|_| {}).await;
    std::fs::create_dir(home.state_dir()).unwrap();
    let everybodys = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(home.state_dir(), everybodys).unwrap();
    for arguments in [&[][..], &["--store", "file"]] {
        let ended = home.login(arguments).ends().await;
        assert_eq!(ended.code, 1, "{}", ended.screen);
        let said = ended.screen.replace("\n ", "");
        assert!(said.contains("`chmod 700` the directory"), "{said}");
    }
    assert_eq!(home.office.sim.world().log.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_cannot_be_kept_is_ended_again() {
    let home = Home::with(|_| {}).await;
    let terminal = home.login(&["--store", "file"]);
    terminal.shows("Good for").await;
    std::fs::create_dir(home.session_file()).unwrap();
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    let ended = terminal.ends().await;
    snapshot("a_session_that_cannot_be_kept", ended.screen.clone());
    assert_eq!(ended.code, 1);
    assert_eq!(home.office.standing(2), Standing::Unauthorised);
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_the_session_and_forgets_it() {
    let home = Home::with(|_| {}).await;
    let terminal = home.login(&[]);
    terminal.shows("Good for").await;
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    assert_eq!(terminal.ends().await.code, 0);

    let (code, said, errors) = run(&mut home.command(&["whoami"])).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    snapshot("whoami", said.clone());
    let (code, said, _) = run(&mut home.command(&["whoami", "--json"])).await;
    assert_eq!(code, Some(0));
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["username"], "ada");
    assert_eq!(said["id"], home.office.sim.world().me);
    assert_eq!(said["session"], "file");

    let account_id = home.kept().unwrap().account_id();
    let memory = home.state_dir().join(format!("peers-{account_id}.json"));
    std::fs::write(&memory, "{}").unwrap();
    let exports = home.state_dir().join("exports");
    std::fs::create_dir(&exports).unwrap();
    let (code, said, errors) = run(&mut home.command(&["logout"])).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    snapshot("logout", said.clone());
    assert_eq!(home.office.standing(2), Standing::Unauthorised);
    assert!(home.kept().is_none() && !memory.exists() && exports.exists());

    for command in ["logout", "whoami"] {
        let (code, said, errors) = run(&mut home.command(&[command])).await;
        assert_eq!((code, said.as_str()), (Some(1), ""));
        assert!(errors.contains("there is no session"), "{errors}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_over_is_forgotten_and_one_that_may_live_is_kept() {
    let home = Home::with(|_| {}).await;
    let terminal = home.login(&[]);
    terminal.shows("Good for").await;
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    assert_eq!(terminal.ends().await.code, 0);
    let session = home.kept().unwrap();

    let nowhere = SessionString::new(2, "127.0.0.1:1".parse().unwrap(), session.auth_key());
    let text = std::fs::read(home.session_file()).unwrap();
    std::fs::write(home.session_file(), nowhere.unwrap().encode().as_str()).unwrap();
    let (code, said, errors) = run(&mut home.command(&["logout"])).await;
    assert_eq!((code, said.as_str()), (Some(1), ""));
    assert!(
        errors.contains("which is kept") && errors.contains("--local"),
        "{errors}"
    );
    assert!(home.kept().is_some());
    std::fs::write(home.session_file(), text).unwrap();

    home.office.sim.world().logins.revoke(session.auth_key());
    let (code, said, errors) = run(&mut home.command(&["whoami"])).await;
    assert_eq!((code, said.as_str()), (Some(1), ""));
    assert!(errors.contains("`telegram-history-mcp login`"), "{errors}");
    let (code, said, errors) = run(&mut home.command(&["logout"])).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(said.contains("was over already"), "{said}");
    assert!(home.kept().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_key_is_gone_is_forgotten_with_a_doubt() {
    let home = Home::with(|_| {}).await;
    std::fs::create_dir(home.state_dir()).unwrap();
    let address = home.office.strings(2)[0].address();
    let unknown = SessionString::new(2, address, &[9; 256]).unwrap();
    home.keep(&unknown);
    let (code, said, errors) = run(&mut home.command(&["logout"])).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(
        said.contains("no longer valid; if in doubt") && said.contains("Settings → Devices"),
        "{said}"
    );
    assert!(!said.contains("has ended"), "{said}");
    assert!(home.kept().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_with_the_key_of_the_old_one_lives() {
    let home = Home::with(|_| {}).await;
    for arguments in [&[][..], &[], &["--replace"]] {
        let terminal = home.login(arguments);
        terminal.shows("Good for").await;
        eventually("a token to scan", || home.office.sim.world().scan()).await;
        let ended = terminal.ends().await;
        assert_eq!(ended.code, 0, "{}", ended.screen);
        assert_eq!(home.office.standing(2), Standing::LoggedIn);
        // It is ended elsewhere, and its key can log in again.
        home.log_out_elsewhere().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_to_paste_leads_a_client_to_the_session() {
    let home = Home::with(|_| {}).await;
    let start = home.start();
    let binary = env!("CARGO_BIN_EXE_telegram-history-mcp");
    let arguments = ["login", "--start-session", &start];
    let terminal = home.terminal(binary, &arguments, (400, 70));
    terminal.shows("Good for").await;
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    let screen = terminal.ends().await.screen;
    let (_, pasted) = screen.split_once("(claude_desktop_config.json):").unwrap();
    let mut values = serde_json::Deserializer::from_str(pasted).into_iter::<Value>();
    let pasted = values.next().unwrap().unwrap();
    let server = &pasted["mcpServers"]["telegram"];
    assert_eq!(server["args"], serde_json::json!(["serve"]));
    let mut command = Command::new(server["command"].as_str().unwrap());
    command.arg("whoami").env_clear().current_dir("/");
    for (name, value) in server["env"].as_object().unwrap() {
        command.env(name, value.as_str().unwrap());
        let as_flag = format!("-e {name}={}", value.as_str().unwrap());
        assert!(screen.contains(&as_flag), "{as_flag}\n{screen}");
    }
    let (code, said, errors) = run(&mut command).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(said.contains("Ada Example"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_the_environment_is_ended_and_has_to_be_unset() {
    let home = Home::with(|_| {}).await;
    let terminal = home.login(&[]);
    terminal.shows("Good for").await;
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    assert_eq!(terminal.ends().await.code, 0);
    let session = home.kept().unwrap();
    home.keep(&SessionString::new(2, session.address(), &[9; 256]).unwrap());
    let mut command = home.command(&["logout"]);
    command.env("TELEGRAM_SESSION_STRING", session.encode().as_str());
    let (code, said, errors) = run(&mut command).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(
        said.contains("unset it") && said.contains("counts once that is unset"),
        "{said}"
    );
    assert_eq!(home.office.standing(2), Standing::Unauthorised);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_for_a_login_is_said_before_anything_is_asked() {
    let home = Home::with(|_| {}).await;
    let start = home.start();
    let begin = ["login", "--start-session", &start];
    for (unset, arguments, code, expected) in [
        (
            "TELEGRAM_API_HASH",
            &begin[..],
            2,
            "https://my.telegram.org",
        ),
        ("TELEGRAM_API_ID", &begin, 2, "`TELEGRAM_API_ID` is not set"),
        ("", &["login", "--phone", "12345"], 2, "country code"),
        (
            "",
            &["login", "--start-session", "1abc"],
            2,
            "--start-session",
        ),
        (
            "",
            &["login", "--start-session", "@/none"],
            2,
            "cannot be read",
        ),
    ] {
        let mut command = home.command(arguments);
        command.env_remove(unset);
        let (got, said, errors) = run(&mut command).await;
        assert_eq!((got, said.as_str()), (Some(code), ""), "{errors}");
        assert!(errors.contains(expected), "{errors}");
    }
    let real = SessionString::new(2, "149.154.167.51:443".parse().unwrap(), &[7; 256]).unwrap();
    let encoded = real.encode();
    let mut command = home.command(&["login", "--start-session", &encoded]);
    let (code, _, errors) = run(&mut command).await;
    assert_eq!(code, Some(2));
    assert!(
        errors.contains("loopback") && !errors.contains(encoded.as_str()),
        "{errors}"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_nobody_can_be_asked() {
    let home = Home::with(|_| {}).await;
    let start = home.start();
    let mut command = Command::new("setsid");
    command
        .args([
            "--wait",
            env!("CARGO_BIN_EXE_telegram-history-mcp"),
            "login",
        ])
        .args(["--start-session", &start])
        .envs(home.settings())
        .env("TELEGRAM_KEYRING", "0")
        .current_dir(home.dir.path());
    let (code, said, errors) = run(&mut command).await;
    assert_eq!((code, said.as_str()), (Some(1), ""));
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.contains("there is no terminal"), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_login_at_a_time_touches_a_session() {
    let mut home = Home::with(|_| {}).await;
    let first = home.login(&[]);
    first.shows("Good for").await;
    home.renew();
    let second = home.login(&[]).ends().await;
    snapshot(
        "another_login_is_under_way",
        without_process(&second.screen),
    );
    assert_eq!(second.code, 75);
    eventually("a token to scan", || home.office.sim.world().scan()).await;
    assert_eq!(first.ends().await.code, 0);

    let mut serving = Process::spawn(&mut home.command(&[]));
    serving.initialize().await;
    for command in ["logout", "whoami"] {
        let (code, said, errors) = run(&mut home.command(&[command])).await;
        assert_eq!((code, said.as_str()), (Some(75), ""), "{errors}");
        assert!(errors.contains("`serve`"), "{errors}");
    }
    let ended = home.login(&["--replace"]).ends().await;
    assert_eq!(ended.code, 75, "{}", ended.screen);
    serving.close_input();
    serving.ends().await;
    let (code, _, errors) = run(&mut home.command(&["whoami"])).await;
    assert_eq!(code, Some(0), "{errors}");
}

/// A screen without what differs each time: the number of a process, and since when it runs.
fn without_process(screen: &str) -> String {
    let joined = screen.replace('\n', "");
    let (before, rest) = joined.split_once("(process ").unwrap();
    let (_, after) = rest.split_once(')').unwrap();
    format!("{before}(process …){after}")
}
