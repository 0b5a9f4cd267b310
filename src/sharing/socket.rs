//! Where the process that has the account listens: a socket in the state directory, or a named pipe on Windows.

use std::io;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncRead, AsyncWrite};

use super::claim::Claim;

#[cfg(unix)]
pub(super) use self::unix::{Listener, connect};
#[cfg(windows)]
pub(super) use self::windows::{Listener, connect};

/// Both ways to another process.
pub(super) trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Pipe for T {}

/// A connection to another process of the same user.
pub(super) type Stream = Box<dyn Pipe>;

/// A short name that follows from a longer one.
fn short(name: &Path) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(name.as_os_str().as_encoded_bytes());
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use tokio::net::{UnixListener, UnixStream};

    use super::{Claim, Path, PathBuf, Stream, io, short};
    use crate::files;

    /// The socket of a process that has the account; gone with it.
    pub(crate) struct Listener {
        socket: UnixListener,
        path: PathBuf,
    }

    impl Listener {
        /// Listens where others will look. What a dead process has left there is replaced: nobody else has the claim.
        pub(crate) fn bind(claim: &Claim) -> io::Result<Self> {
            let path = claim.place().socket_file();
            match Self::bind_at(path) {
                // The name of a socket has some 100 bytes, wherever it is.
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                    Self::bind_at(short_path(claim)?)
                }
                bound => bound,
            }
        }

        fn bind_at(path: PathBuf) -> io::Result<Self> {
            let _ = fs::remove_file(&path);
            let socket = UnixListener::bind(&path)?;
            fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            Ok(Self { socket, path })
        }

        /// Where it is.
        pub(crate) fn address(&self) -> PathBuf {
            self.path.clone()
        }

        /// The next process of the same user.
        pub(crate) async fn accept(&mut self) -> io::Result<Stream> {
            loop {
                let (stream, _) = self.socket.accept().await?;
                match is_ours(&stream) {
                    true => return Ok(Box::new(stream)),
                    false => tracing::warn!("a process of another user was turned away"),
                }
            }
        }
    }

    impl Drop for Listener {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.path);
        }
    }

    /// Connects to a process of the same user.
    pub(crate) async fn connect(address: &Path) -> io::Result<Stream> {
        let stream = UnixStream::connect(address).await?;
        match is_ours(&stream) {
            true => Ok(Box::new(stream)),
            false => Err(io::ErrorKind::PermissionDenied.into()),
        }
    }

    /// Whether the process at the other end is of the same user.
    fn is_ours(stream: &UnixStream) -> bool {
        stream
            .peer_cred()
            .is_ok_and(|peer| peer.uid() == files::user())
    }

    /// A place for the socket of a state directory whose own path is too long.
    fn short_path(claim: &Claim) -> io::Result<PathBuf> {
        let place = claim.place();
        let name = format!("telegram-history-mcp-{}", short(place.dir()));
        let dir = std::env::temp_dir().join(name);
        files::create_private_dir(&dir)?;
        if !files::is_private_dir(&dir) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(dir.join(place.account_id()))
    }
}

#[cfg(windows)]
mod windows {
    use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeServer, ServerOptions};

    use super::{Claim, Path, PathBuf, Stream, io, short};

    /// What Windows says while all instances of a pipe are taken.
    const ERROR_PIPE_BUSY: i32 = 231;

    /// The pipe of a process that has the account; gone with it.
    pub(crate) struct Listener {
        pipe: NamedPipeServer,
        name: PathBuf,
    }

    impl Listener {
        /// Listens where others will look.
        pub(crate) fn bind(claim: &Claim) -> io::Result<Self> {
            let place = claim.place();
            let name = format!(
                r"\\.\pipe\telegram-history-mcp-{}-{}",
                short(place.dir()),
                place.account_id()
            );
            let pipe = ServerOptions::new()
                .first_pipe_instance(true)
                .create(&name)?;
            Ok(Self {
                pipe,
                name: name.into(),
            })
        }

        /// Where it is.
        pub(crate) fn address(&self) -> PathBuf {
            self.name.clone()
        }

        /// The next process. Others than the user's may not write to the pipe, and so never get to ask.
        pub(crate) async fn accept(&mut self) -> io::Result<Stream> {
            self.pipe.connect().await?;
            let next = ServerOptions::new().create(&self.name)?;
            Ok(Box::new(std::mem::replace(&mut self.pipe, next)))
        }
    }

    /// Connects to the process that listens there.
    pub(crate) async fn connect(address: &Path) -> io::Result<Stream> {
        match ClientOptions::new().open(address) {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) if error.raw_os_error() == Some(ERROR_PIPE_BUSY) => {
                Err(io::ErrorKind::WouldBlock.into())
            }
            Err(error) => Err(error),
        }
    }
}
