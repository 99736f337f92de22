//! The dashboard and the reports. Each command unpacks, calls the workflow of its name and converts; the rules are below.

#[allow(clippy::wildcard_imports)]
use workflows::{dto::*, reporting::dto::*};

use super::{commands, saving_commands};

commands! { reporting:
    dashboard(Nothing) -> DashboardDto;
    report(&ReportArgs) -> ReportDto;
}

saving_commands! { reporting:
    report_save(&ExportReport) -> SavedFile;
}
