//! What a server can do, found out once a connection and with as little trace as possible.
//!
//! Reads tell most of it. Only the text index needs a throw-away collection, and only where the login
//! may make one. What an ability's lack means to people is said elsewhere.

use std::sync::PoisonError;

use bson::{Document, doc, oid::ObjectId};

use crate::{
    failure,
    port::{Abilities, RemoteError},
    queries,
    server::Server,
};

impl Server {
    /// See [`crate::port::Port::abilities`]: what is remembered is told of a server that answers, and of no
    /// other, because whoever asks learns by it that the server is there.
    pub(crate) fn answering_abilities(&self) -> Result<Abilities, RemoteError> {
        if self.remembered().is_some() {
            self.ping()?;
        }
        self.read_abilities()
    }

    /// What the server can do: asked once, remembered while this connection lives.
    pub(crate) fn read_abilities(&self) -> Result<Abilities, RemoteError> {
        if let Some(mut known) = self.remembered() {
            known.clock_offset_ms = self.clock_offset_ms();
            return Ok(known);
        }
        let mut sure = true;
        let found = self.probe_abilities(&mut sure)?;
        if sure {
            *self
                .known_abilities()
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some(found.clone());
        }
        Ok(found)
    }

    fn remembered(&self) -> Option<Abilities> {
        self.known_abilities()
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// `sure` becomes false when something failed in a way that says nothing of what the server can do: then
    /// it is asked again.
    fn probe_abilities(&self, sure: &mut bool) -> Result<Abilities, RemoteError> {
        self.ping()?;
        let hello = self.command(doc! { "hello": 1 })?;
        let version = self
            .command(doc! { "buildInfo": 1 })?
            .get_str("version")
            .unwrap_or("unknown")
            .to_owned();
        let replica_set = hello.get_str("setName").ok().map(str::to_owned);
        let sharded = hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid");
        let several = replica_set.is_some() || sharded;
        Ok(Abilities {
            version,
            replica_set,
            transactions: several && self.can(self.try_transaction(), sure)?,
            change_streams: several && self.can(self.watch_from_now().map(drop), sure)?,
            text_index: self.try_text_index(sure)?,
            roles: self.can(self.command(doc! { "rolesInfo": 1 }).map(drop), sure)?,
            clock_offset_ms: self.clock_offset_ms(),
        })
    }

    /// A command on the institution's database.
    pub(crate) fn command(&self, command: Document) -> Result<Document, RemoteError> {
        self.call(async { self.database().run_command(command).await })
    }

    /// Whether something worked. That nobody answers proves nothing, and neither does a failure nobody
    /// foresaw.
    fn can(&self, tried: Result<(), RemoteError>, sure: &mut bool) -> Result<bool, RemoteError> {
        match tried {
            Ok(()) => Ok(true),
            Err(error @ (RemoteError::Transient(_) | RemoteError::Unauthorized(_))) => Err(error),
            Err(RemoteError::Unsupported(_) | RemoteError::Forbidden(_)) => Ok(false),
            Err(error) => {
                tracing::warn!(%error, "what the server can do could not be found out");
                *sure = false;
                Ok(false)
            }
        }
    }

    /// A transaction that only reads.
    fn try_transaction(&self) -> Result<(), RemoteError> {
        self.call(async {
            let mut session = self.client().start_session().await?;
            session.start_transaction().await?;
            let read = self
                .database()
                .collection::<Document>(queries::OPS)
                .find_one(doc! { "_id": "" })
                .session(&mut session)
                .await;
            session.abort_transaction().await?;
            read.map(drop)
        })
    }

    /// Whether there is a text index already, or one can be made on a collection nobody else has.
    fn try_text_index(&self, sure: &mut bool) -> Result<bool, RemoteError> {
        let listed = self.command(doc! { "listIndexes": "courses" });
        if let Ok(reply) = listed
            && reply
                .get_document("cursor")
                .and_then(|cursor| cursor.get_array("firstBatch"))
                .is_ok_and(|indexes| {
                    indexes
                        .iter()
                        .filter_map(|index| index.as_document())
                        .any(|index| index.contains_key("textIndexVersion"))
                })
        {
            return Ok(true);
        }
        let name = format!("matricula_probe_{}", ObjectId::new().to_hex());
        let made = self.command(doc! {
            "createIndexes": name.as_str(),
            "indexes": [{ "key": { "title": "text" }, "name": "probe" }],
        });
        let can = self.can(made.map(drop), sure)?;
        // Refused or not, the collection may have been made.
        let dropped = self.call(async {
            match self.database().collection::<Document>(&name).drop().await {
                Err(error)
                    if matches!(
                        failure::code(&error),
                        Some(failure::NO_NAMESPACE | failure::UNAUTHORIZED)
                    ) =>
                {
                    Ok(())
                }
                other => other,
            }
        });
        dropped.map(|()| can)
    }
}
