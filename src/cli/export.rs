//! `export`: the whole history of chats as files, for people and for cron.
//!
//! The engine is that of the tool's `output: "export"`; here it writes where it is told, waits as long as Telegram
//! wants, and says how it ended by an exit code.

mod args;
mod bar;
mod estimate;
mod out;
mod summary;
mod verdict;

use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

pub(super) use self::args::ExportArgs;
use self::bar::Wait;
pub(super) use self::bar::{Bar, Standing};
use self::out::Out;
use self::summary::{End, Summary};
use super::flags::ConfigFlags;
use super::stage::Stage;
use super::{Failure, account, serve, sharing};
use crate::config::{Config, Key};
use crate::error::{Error, ErrorCode};
use crate::export::{Exports, Mode, Report, State, Status, Target};
use crate::files;
use crate::history::{Call, HistoryParams, Progress, Reader};
use crate::logging;
use crate::sharing::{Claim, Purpose};

/// A person or cron waits, not a client that gives up.
const PATIENCE: Duration = Duration::from_secs(365 * 24 * 3600);
/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(100);

/// Writes the histories of chats to files; or says what it would take, or checks a file.
pub(super) async fn run(flags: ConfigFlags, args: &ExportArgs) -> Result<(), Failure> {
    args.check()?;
    if let Some(file) = &args.verify {
        return verdict::run(file, args.json);
    }
    let out = Out::read(args.out.as_deref(), args.chats.len())?;
    let mut config = flags.load()?;
    // Every pause is the job's, which tells of it.
    config.flood_wait_max = Duration::ZERO;
    listen(&config, args);
    let stage = match args.demo {
        true => Some(Stage::open(&args.world, 0, |world| args.trouble.apply(world)).await?),
        false => None,
    };
    let (reader, _claim) = match &stage {
        Some(stage) => (account::demo_reader(&stage.sim, &config)?, None),
        None => claimed_reader(&config).await?,
    };
    let reader = Arc::new(reader);
    let audit = match &stage {
        Some(_) => account::demo_audit(&config),
        None => account::audit(&config),
    };
    let cancel = CancellationToken::new();
    serve::cancel_on_signal(cancel.clone())?;
    let desk = Desk {
        exports: Exports::audited(
            Arc::clone(&reader),
            account::export_options(&config),
            audit.clone(),
        ),
        reader,
        args,
        cancel,
    };
    let outcome = match args.dry_run {
        true => estimate::run(&desk, &config).await,
        false => desk.work(&out).await,
    };
    desk.exports.close().await;
    audit.close().await;
    desk.reader.disconnect().await;
    outcome
}

/// A reader of the account, and the right to it, which is to be kept as long as the reader.
async fn claimed_reader(config: &Config) -> Result<(Reader, Option<Claim>), Failure> {
    let account = account::find(config).await.map_err(|missing| {
        Failure::usage(format!(
            "{missing}; `telegram-history-mcp doctor` tells how to get it, and `--demo` needs no account"
        ))
    })?;
    let claim = sharing::claim(config, &account.session, Purpose::Export).await?;
    Ok((account::reader(config, account)?, claim))
}

/// Logs only when that was asked for: stderr belongs to the bar.
fn listen(config: &Config, args: &ExportArgs) {
    let usual = Key::find("TELEGRAM_LOG").map(|key| key.default);
    if usual.is_some_and(|usual| usual != config.log_filter) {
        logging::init(config);
    }
    if !args.quiet {
        summary::note_all(&config.warnings);
    }
}

/// What exports are made with here.
struct Desk<'a> {
    reader: Arc<Reader>,
    exports: Exports,
    args: &'a ExportArgs,
    cancel: CancellationToken,
}

/// A chat and its file.
struct Task<'a> {
    chat: &'a str,
    target: Target,
    params: HistoryParams,
}

impl Desk<'_> {
    /// Exports one chat after another; one that fails does not keep the others.
    async fn work(&self, out: &Out) -> Result<(), Failure> {
        let mut summary = Summary::default();
        let tasks = self.plan(out, &mut summary).await?;
        for task in tasks {
            let file = task.target.file.display().to_string();
            let mut bar = Bar::begin(self.args.quiet, task.chat, &file);
            let began = Instant::now();
            let outcome = self.export(&task, &mut bar).await;
            let is_cancelled = self.cancel.is_cancelled();
            let (chat, file, took) = (task.chat, &task.target.file, began.elapsed());
            let written = summary.add(End::of(chat, file, outcome, is_cancelled, took));
            bar.end(written.as_deref());
            if is_cancelled {
                break;
            }
        }
        summary.print(self.args.json)
    }

    /// Finds the chats and their files. Nothing is written when one of the files is in the way.
    async fn plan(&self, out: &Out, summary: &mut Summary) -> Result<Vec<Task<'_>>, Failure> {
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for chat in &self.args.chats {
            let params = self.args.question(chat);
            let file = match self.file(out, &params).await {
                Ok(file) => file,
                Err(error) => {
                    let is_cancelled = self.cancel.is_cancelled();
                    let nowhere = Path::new("");
                    summary.add(End::of(
                        chat,
                        nowhere,
                        Err(error),
                        is_cancelled,
                        Duration::ZERO,
                    ));
                    continue;
                }
            };
            if tasks.iter().any(|task| task.target.file == file) {
                return Err(Failure::usage(format!("`{chat}` is given twice")));
            }
            let mode = self.mode();
            if mode == Mode::New {
                nothing_is_in_the_way(&file)?;
            }
            let target = Target {
                file,
                format: self.args.format(),
                mode,
                longest_pause: self.args.longest_pause(),
            };
            tasks.push(Task {
                chat,
                target,
                params,
            });
        }
        if let Out::Dir(dir) = out
            && !dir.is_dir()
            && let Err(error) = make_dir(dir)
        {
            return Err(Failure::new(format!(
                "`{}` cannot be made: {}",
                dir.display(),
                error.kind()
            )));
        }
        Ok(tasks)
    }

    fn mode(&self) -> Mode {
        match (self.args.resume, self.args.incremental) {
            (_, true) => Mode::Incremental,
            (true, false) => Mode::Resume,
            (false, false) => Mode::New,
        }
    }

    /// The file of a chat, which is asked for only where the file is called by its id.
    async fn file(&self, out: &Out, params: &HistoryParams) -> Result<PathBuf, Error> {
        if let Out::File(file) = out {
            return Ok(file.clone());
        }
        let call = self.call();
        loop {
            match self.reader.begin_flow(params, &call).await {
                Ok(flow) => return Ok(out.file(flow.chat_id(), self.args.format())),
                Err(error) => self.wait_out(error, |_| ()).await?,
            }
        }
    }

    /// Exports one chat, however often Telegram wants a pause before it begins.
    async fn export(&self, task: &Task<'_>, bar: &mut Bar) -> Result<Report, Error> {
        let shown = Shown::default();
        let work = async {
            loop {
                let call = self.call();
                let watch = |status: &Status| shown.follow(status);
                let written = self
                    .exports
                    .write_to(&task.target, &task.params, &call, watch);
                match written.await {
                    Ok(report) => return Ok(report),
                    Err(failure) => {
                        let wait = |wait| shown.wait(wait, failure.error.code());
                        self.wait_out(failure.error.clone(), wait).await?;
                    }
                }
            }
        };
        let mut work = pin!(work);
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                biased;
                report = &mut work => return report,
                _ = ticks.tick() => bar.show(&shown.now()),
            }
        }
    }

    /// Sleeps through the pause that an error asks for; gives the error back where it asks for none, or for more
    /// than shall be waited for.
    async fn wait_out(&self, error: Error, say: impl FnOnce(Duration)) -> Result<(), Error> {
        let longest = self.args.longest_pause().unwrap_or(Duration::MAX);
        let Some(wait) = error.retry_after().filter(|wait| *wait <= longest) else {
            return Err(error);
        };
        say(wait);
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Error::Cancelled),
            () = tokio::time::sleep(wait) => Ok(()),
        }
    }

    fn call(&self) -> Call {
        let deadline = Instant::now() + PATIENCE;
        Call::new(deadline, self.cancel.clone(), Progress::default())
    }
}

/// Makes the directory of files, which only their owner may enter; not those above it, whose names may be slips.
fn make_dir(dir: &Path) -> io::Result<()> {
    match dir.parent() {
        Some(above) if !above.as_os_str().is_empty() && !above.is_dir() => {
            Err(io::ErrorKind::NotFound.into())
        }
        _ => files::create_private_dir(dir),
    }
}

/// Refuses to touch what is there, with what could be meant.
fn nothing_is_in_the_way(file: &Path) -> Result<(), Failure> {
    let beside = |ending: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let is_there = |path: &Path| path.symlink_metadata().is_ok();
    let file_name = file.display();
    if is_there(file) {
        return Err(Failure::usage(format!(
            "`{file_name}` is there: `--incremental` adds what came in since, `--resume` leaves it if it is complete; or give another `--out`"
        )));
    }
    if is_there(&beside(".part")) {
        return Err(Failure::usage(format!(
            "`{file_name}` was begun: `--resume` goes on with it; or give another `--out`"
        )));
    }
    Ok(())
}

/// How an export goes, between its word and the next draw.
#[derive(Default)]
struct Shown(Mutex<Showing>);

#[derive(Debug, Clone, Default)]
struct Showing {
    standing: Standing,
    pause: Option<Pause>,
}

/// A pause that is waited for.
#[derive(Debug, Clone, Copy)]
struct Pause {
    until: Instant,
    /// Telegram has asked for it; else nobody answers.
    is_wanted: bool,
}

impl Pause {
    fn of(wait: Duration, why: Option<ErrorCode>) -> Self {
        Self {
            until: Instant::now() + wait,
            is_wanted: why == Some(ErrorCode::FloodWait),
        }
    }
}

impl Shown {
    /// Takes what the job says.
    fn follow(&self, status: &Status) {
        let standing = Standing {
            fetched: status.coverage.fetched,
            total: status.coverage.telegram_count.map(u64::from),
            bytes: status.bytes,
            wait: None,
        };
        let problem = status.problem.as_ref();
        let problem = problem.filter(|_| status.state == State::Paused);
        let pause = problem.and_then(|problem| {
            let wait = Duration::from_secs(problem.retry_after_seconds?);
            Some(Pause::of(wait, problem.code))
        });
        *self.lock() = Showing { standing, pause };
    }

    fn wait(&self, wait: Duration, why: ErrorCode) {
        self.lock().pause = Some(Pause::of(wait, Some(why)));
    }

    fn now(&self) -> Standing {
        let Showing { standing, pause } = self.lock().clone();
        let wait = pause.map(|pause| Wait {
            left: pause.until.saturating_duration_since(Instant::now()),
            is_wanted: pause.is_wanted,
        });
        Standing {
            wait: wait.filter(|wait| !wait.left.is_zero()),
            ..standing
        }
    }

    fn lock(&self) -> MutexGuard<'_, Showing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
