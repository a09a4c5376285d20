//! A connection that is held for a while, by one after another, without being asked each time whether it lives: a driver's
//! pool asks when it gives one out and when it takes it back, which costs the single act as much as writing it.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::{ConnectOptions, Connection, Database};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// After so long without use a connection may have been cut.
pub(crate) const RESTED: Duration = Duration::from_millis(200);

type Options<D> = <<D as Database>::Connection as Connection>::Options;

/// Where the connection lies while nobody holds it.
struct Place<D: Database> {
    /// With the moment of its last use.
    connection: Option<(D::Connection, Instant)>,
    /// The store was closed: there is none any more.
    closed: bool,
}

/// One connection, made when it is first needed and again when it was lost. Who waits for it is served in order.
pub(crate) struct Only<D: Database> {
    options: Options<D>,
    place: Arc<Mutex<Place<D>>>,
}

/// The connection while one holds it. It goes back when [`Holding::give_back`] is called; dropped otherwise, in the middle of
/// who knows what, it is closed, which ends its transaction and frees its locks.
pub(crate) struct Holding<D: Database> {
    /// Taken out of its place, so that it comes back on purpose only; dropped before the place is free.
    connection: Option<D::Connection>,
    guard: OwnedMutexGuard<Place<D>>,
}

impl<D: Database> Only<D> {
    pub(crate) fn new(options: Options<D>) -> Self {
        Self { options, place: Arc::new(Mutex::new(Place { connection: None, closed: false })) }
    }

    /// Waits for the connection, and makes it where there is none or it does not answer any more.
    pub(crate) async fn hold(&self) -> Result<Holding<D>, sqlx::Error> {
        let mut guard = Arc::clone(&self.place).lock_owned().await;
        if guard.closed {
            return Err(sqlx::Error::PoolClosed);
        }
        let connection = match guard.connection.take() {
            Some((connection, used)) if used.elapsed() <= RESTED => connection,
            Some((mut connection, _)) => match connection.ping().await {
                Ok(()) => connection,
                Err(_) => self.options.connect().await?,
            },
            None => self.options.connect().await?,
        };
        Ok(Holding { connection: Some(connection), guard })
    }

    /// Closes it, once whoever holds it has ended.
    pub(crate) async fn close(&self) {
        let mut place = self.place.lock().await;
        place.closed = true;
        if let Some((connection, _)) = place.connection.take() {
            let _ = connection.close().await;
        }
    }
}

impl<D: Database> Holding<D> {
    /// It stands as it was given out, in no transaction: the next may have it.
    pub(crate) fn give_back(mut self) {
        self.guard.connection = self.connection.take().map(|connection| (connection, Instant::now()));
    }

    /// Closes it before anybody else has one: its locks are free then.
    pub(crate) async fn close(mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = connection.close().await;
        }
    }
}

impl<D: Database> Deref for Holding<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        self.connection.as_ref().expect("there until it is given back")
    }
}

impl<D: Database> DerefMut for Holding<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        self.connection.as_mut().expect("there until it is given back")
    }
}
