//! What a person does with dead letters: money is voided, or whoever paid is enrolled (again) and it is sent
//! once more; the rest is sent again or given up.

use replica::QueueState;

use crate::{acts, desktop::Desktop};

/// Decides about every dead letter of a desktop. Whether there was one.
pub(crate) fn decide(desktop: &Desktop, tell: &mut dyn FnMut(&str)) -> bool {
    let queue = desktop.replica().read(|reader| reader.queue(1000)).unwrap();
    let mut any = false;
    for row in queue {
        if row.state != QueueState::Dead {
            continue;
        }
        any = true;
        let op = row.change_set.op;
        let verb = &row.change_set.deed.verb;
        tell(&format!(
            "{}: {verb} is dead: {:?}",
            desktop.name, row.reason
        ));
        if let Some(entry) = row.change_set.ledger_entry() {
            match desktop.engine().void(op, &desktop.stamp(), "not taken") {
                Ok(()) => {}
                Err(sync::SyncError::Refused(refusal)) => {
                    // As the refusal says: whoever paid is enrolled (again) first.
                    tell(&format!("it cannot be voided: {refusal:?}"));
                    acts::enroll_in(desktop, entry.user, entry.course);
                    desktop.engine().retry(op).unwrap();
                }
                Err(error) => panic!("{}: {error}", desktop.name),
            }
        } else if desktop.draw.upto(3) == 0 {
            desktop.engine().retry(op).unwrap();
        } else {
            match desktop.engine().discard(op, None) {
                Ok(()) => desktop.given_up.borrow_mut().push(op),
                Err(sync::SyncError::Refused(_)) => {}
                Err(error) => panic!("{}: {error}", desktop.name),
            }
        }
    }
    any
}
