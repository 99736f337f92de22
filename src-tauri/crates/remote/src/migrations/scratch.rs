use super::*;
use bson::{Document, doc};
use futures_util::TryStreamExt;
#[tokio::test]
async fn scratch() {
    let c = mongodb::Client::with_uri_str("mongodb://127.0.0.1:27917/?replicaSet=secantus")
        .await
        .unwrap();
    let db = c.database("scratch1");
    let show = |n: &str, r: mongodb::error::Result<Document>| {
        println!(
            "== {n}: {}",
            match r {
                Ok(mut d) => {
                    d.remove("$clusterTime");
                    d.remove("operationTime");
                    d.to_string().chars().take(2500).collect::<String>()
                }
                Err(e) => format!(
                    "ERR {}",
                    e.to_string().chars().take(200).collect::<String>()
                ),
            }
        )
    };
    let users: mongodb::Collection<Document> = db.collection("enrollments");
    let cs: Vec<_> = (0..5).map(|_| bson::oid::ObjectId::new()).collect();
    let docs: Vec<Document> = (0..1000).map(|i| doc!{"_id": bson::oid::ObjectId::new(), "user": bson::oid::ObjectId::new(), "course": cs[i%5], "updatedAt": bson::DateTime::from_millis(i as i64*1000), "status":"active"}).collect();
    users.insert_many(docs).await.unwrap();
    let after = bson::oid::ObjectId::new();
    let _ = after;
    for f in [
        doc! {"find":"enrollments","filter":{},"sort":{"_id":1},"limit":50_i64},
        doc! {"find":"enrollments","filter":{"course":cs[0]},"sort":{"_id":1},"limit":50_i64},
        doc! {"find":"enrollments","filter":{"course":{"$in":[cs[0],cs[1]]}},"sort":{"_id":1},"limit":50_i64},
        doc! {"find":"enrollments","filter":{"$and":[{"updatedAt":{"$gte":bson::DateTime::from_millis(990_000)}},{"$or":[{"updatedAt":{"$gt":bson::DateTime::from_millis(990_000)}},{"_id":{"$gt":after}}]}]},"sort":{"updatedAt":1,"_id":1},"limit":50_i64},
        doc! {"find":"enrollments","filter":{"user":after,"course":after}},
        doc! {"find":"enrollments","filter":{"nope":1}},
    ] {
        show(
            "explain",
            db.run_command(doc! {"explain": f, "verbosity":"executionStats"})
                .await,
        );
    }
    let v: Vec<Document> = users
        .aggregate([doc! {"$indexStats":{}}])
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    println!("{:?}", &v[..2]);
    let v: Result<Vec<Document>, _> = match users
        .aggregate([doc! {"$collStats":{"storageStats":{},"count":{}}}])
        .await
    {
        Ok(c) => c.try_collect().await,
        Err(e) => Err(e),
    };
    println!(
        "collstats {:?}",
        v.map(|v| v[0].to_string().chars().take(2500).collect::<String>())
    );
    show("profile -1", db.run_command(doc! {"profile":-1}).await);
    show(
        "profile 2",
        db.run_command(doc! {"profile":2, "slowms": 100}).await,
    );
    users.find_one(doc! {"nope": 5}).await.unwrap();
    users
        .update_one(doc! {"user": after}, doc! {"$set":{"x":1}})
        .await
        .unwrap();
    let _: Vec<Document> = users
        .aggregate([
            doc! {"$match":{"course":cs[0]}},
            doc! {"$group":{"_id":"$status"}},
        ])
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    show("profile 0", db.run_command(doc! {"profile":0}).await);
    let v: Vec<Document> = db
        .collection::<Document>("system.profile")
        .find(doc! {})
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    for d in v {
        println!("P {d}");
    }
    show(
        "serverStatus",
        db.run_command(doc! {"serverStatus":1}).await,
    );
    show("hello", db.run_command(doc! {"hello":1}).await);
    show("buildInfo", db.run_command(doc! {"buildInfo":1}).await);
    show(
        "connectionStatus",
        db.run_command(doc! {"connectionStatus":1,"showPrivileges":true})
            .await,
    );
    let o: mongodb::Collection<Document> = c.database("local").collection("oplog.rs");
    println!(
        "oplog {:?}",
        o.find_one(doc! {})
            .sort(doc! {"$natural":1})
            .await
            .map(|d| d.map(|d| d.to_string()))
            .map_err(|e| e.to_string())
    );
    println!(
        "oplog {:?}",
        o.find_one(doc! {})
            .sort(doc! {"$natural":-1})
            .await
            .map(|d| d.map(|d| d.to_string()))
            .map_err(|e| e.to_string())
    );
    show("dbstats", db.run_command(doc! {"dbStats":1}).await);
}
