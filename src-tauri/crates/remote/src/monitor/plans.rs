//! How the server answers the queries this program sends, by its own account (`explain`).

use bson::{Bson, Document, doc};
use mongodb::Database;

use super::{
    registry::{Samples, registry},
    statistics::whole,
};
use crate::{Server, port::RemoteError, queries::Query};

/// How a query is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What the query is for.
    pub query: String,
    /// Its filter and sort as relaxed extended JSON.
    pub asked: String,
    /// Its collection.
    pub collection: String,
    /// The indexes it uses; none: it reads the whole collection.
    pub index: Option<String>,
    /// Everything found is sorted in memory, because no index has the order.
    pub sorts: bool,
    /// Documents looked at.
    pub examined: u64,
    /// Keys of indexes looked at.
    pub keys: u64,
    /// Documents answered.
    pub returned: u64,
    /// Milliseconds.
    pub millis: f64,
}

impl Server {
    /// Explains one of every query this program sends. Collections that are not there are left out.
    pub fn plans(&self) -> Result<Vec<Plan>, RemoteError> {
        self.block_on(explain_all(self.database()))
            .map_err(|error| self.meaning(&error))
    }
}

async fn explain_all(db: &Database) -> mongodb::error::Result<Vec<Plan>> {
    let there = db.list_collection_names().await?;
    let samples = Samples::take(db).await?;
    let mut plans = Vec::new();
    for query in registry(&samples) {
        if there.iter().any(|name| name == query.collection) {
            plans.push(explain(db, &query).await?);
        }
    }
    Ok(plans)
}

async fn explain(db: &Database, query: &Query) -> mongodb::error::Result<Plan> {
    let command = doc! { "explain": query.command(), "verbosity": "executionStats" };
    let answer = db.run_command(command).await?;
    let mut seen = Stages::default();
    if let Ok(plan) = answer
        .get_document("queryPlanner")
        .and_then(|planner| planner.get_document("winningPlan"))
    {
        // The slot-based engine puts the plan one level deeper.
        seen.walk(plan.get_document("queryPlan").unwrap_or(plan));
    }
    let empty = Document::new();
    let stats = answer.get_document("executionStats").unwrap_or(&empty);
    let mut asked = doc! { "filter": query.filter.clone() };
    if let Some(sort) = &query.sort {
        asked.insert("sort", sort.clone());
    }
    Ok(Plan {
        query: query.purpose.to_owned(),
        asked: Bson::Document(asked).into_relaxed_extjson().to_string(),
        collection: query.collection.to_owned(),
        index: seen.index(),
        sorts: seen.sorts,
        examined: whole(stats.get("totalDocsExamined")),
        keys: whole(stats.get("totalKeysExamined")),
        returned: whole(stats.get("nReturned")),
        millis: f64::from(
            u32::try_from(whole(stats.get("executionTimeMillis"))).unwrap_or(u32::MAX),
        ),
    })
}

/// What the stages of a plan come to.
#[derive(Default)]
struct Stages {
    indexes: Vec<String>,
    reads_all: bool,
    sorts: bool,
}

impl Stages {
    fn walk(&mut self, stage: &Document) {
        match stage.get_str("stage").unwrap_or_default() {
            "COLLSCAN" => self.reads_all = true,
            "SORT" => self.sorts = true,
            // Answers by `_id` have stages of their own.
            "IDHACK" | "CLUSTERED_IXSCAN" | "EXPRESS_CLUSTERED_IXSCAN" => self.uses("_id_"),
            _ => {}
        }
        if let Ok(name) = stage.get_str("indexName") {
            self.uses(name);
        }
        for below in [
            "inputStage",
            "outerStage",
            "innerStage",
            "thenStage",
            "elseStage",
        ] {
            if let Ok(stage) = stage.get_document(below) {
                self.walk(stage);
            }
        }
        for stages in ["inputStages", "shards"] {
            for stage in stage.get_array(stages).into_iter().flatten() {
                if let Bson::Document(stage) = stage {
                    self.walk(stage.get_document("winningPlan").unwrap_or(stage));
                }
            }
        }
    }

    fn uses(&mut self, name: &str) {
        if !self.indexes.iter().any(|known| known == name) {
            self.indexes.push(name.to_owned());
        }
    }

    fn index(&self) -> Option<String> {
        (!self.reads_all && !self.indexes.is_empty()).then(|| self.indexes.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_below_other_stages_is_found() {
        let mut seen = Stages::default();
        seen.walk(&doc! { "stage": "LIMIT", "inputStage": { "stage": "FETCH", "inputStage": {
            "stage": "SORT_MERGE", "inputStages": [
                { "stage": "IXSCAN", "indexName": "a" }, { "stage": "IXSCAN", "indexName": "a" },
                { "stage": "IXSCAN", "indexName": "b" },
            ],
        } } });
        assert_eq!(seen.index().as_deref(), Some("a, b"));
        assert!(!seen.sorts);
    }

    #[test]
    fn a_scan_in_one_branch_reads_everything() {
        let mut seen = Stages::default();
        seen.walk(&doc! { "stage": "OR", "inputStages": [
            { "stage": "IXSCAN", "indexName": "a" }, { "stage": "COLLSCAN" },
        ] });
        assert_eq!(seen.index(), None);
    }
}
