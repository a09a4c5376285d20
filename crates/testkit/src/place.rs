//! Where a test keeps its store: in a folder of its own on SQLite, in a schema of its own on a real PostgreSQL.

use std::path::Path;

use store::{Blobs, Location, Schema, Store};

use crate::postgres::Fresh;

/// A place for one store; folder and schema go with it, so it outlives the store.
pub struct Place {
    /// The kind of store, for what a failed test says.
    pub name: &'static str,
    /// Where the database is.
    pub location: Location,
    folder: tempfile::TempDir,
    _fresh: Option<Fresh>,
}

impl Place {
    /// In a folder.
    ///
    /// # Panics
    /// If no folder can be made.
    pub fn sqlite() -> Place {
        let folder = folder();
        let location = Location::Sqlite(folder.path().join("node.sqlite"));
        Place { name: "SQLite", location, folder, _fresh: None }
    }

    /// In a schema.
    ///
    /// # Panics
    /// If there is no PostgreSQL, with the sentence that says how to get it.
    pub fn postgres() -> Place {
        let fresh = Fresh::get();
        let location = Location::Postgres { url: fresh.url().to_owned(), schema: Some(fresh.schema().to_owned()) };
        Place { name: "PostgreSQL", location, folder: folder(), _fresh: Some(fresh) }
    }

    /// One of each kind: what holds on one store holds on the other.
    pub fn each() -> [Place; 2] {
        [Place::sqlite(), Place::postgres()]
    }

    /// The folder beside the database, for blobs and keys.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Opens the store, again if need be.
    ///
    /// # Panics
    /// If it cannot be opened.
    pub async fn open(&self, schemas: &[Schema]) -> Store {
        let blobs = Blobs::new(self.folder().join("blobs"));
        Store::open(&self.location, blobs, schemas).await.unwrap_or_else(|fault| panic!("{}: {fault}", self.name))
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap_or_else(|error| panic!("no temporary folder: {error}"))
}
