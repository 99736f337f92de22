//! Everything the window may ask for: each command's name, arguments, answer, and who may ask.
//!
//! This table is the contract: the window's typed calls are generated from it, the shell's gate looks
//! up who may pass in it, and the test of every command × role walks it. What a command does is in the
//! area's module; whether a particular record is one's own is asked there too.

use domain::{Role, role::Permission};
use serde_json::Value;
use ts_rs::{Config, TS};

#[allow(clippy::wildcard_imports)]
use crate::{
    accounts::dto::*, catalog::dto::*, desktops::dto::*, dto::*, enrollment::dto::*,
    learning::dto::*, mail::dto::*, operations::dto::*, operations::server::dto::*,
    payments::dto::*, people::dto::*, reporting::dto::*,
};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody at the desk, signed in or not.
    Anybody,
    /// Whoever has a session, locked or not.
    Session,
    /// Whoever is signed in and not locked, also while a required second factor is not set up.
    SetUp,
    /// Whoever is signed in and not locked.
    SignedIn,
    /// Whose role holds any of these permissions.
    Any(&'static [Permission]),
}

impl Access {
    /// Whether somebody of this role, signed in and not locked, may ask.
    pub fn allows(self, role: Role) -> bool {
        match self {
            Self::Anybody | Self::Session | Self::SetUp | Self::SignedIn => true,
            Self::Any(permissions) => permissions.iter().any(|permission| role.may(*permission)),
        }
    }
}

/// A command of the window.
#[derive(Clone, Debug)]
pub struct Command {
    /// Its name on the IPC.
    pub name: &'static str,
    /// The TypeScript name of its arguments.
    pub args: String,
    /// The TypeScript name of its answer.
    pub answer: String,
    /// Who may ask.
    pub access: Access,
    /// Whether this is JSON of its arguments.
    pub reads: fn(&[u8]) -> Result<(), serde_json::Error>,
}

macro_rules! commands {
    ($($name:ident ( $args:ty ) -> $answer:ty : $access:expr;)*) => {
        /// The table of commands.
        pub fn commands() -> Vec<Command> {
            use Access::*;
            use Permission::*;
            let config = Config::from_env();
            vec![$(Command {
                name: stringify!($name),
                args: <$args as TS>::name(&config),
                answer: <$answer as TS>::name(&config),
                access: $access,
                reads: |json| {
                    let value = serde_json::from_slice::<Value>(json)?;
                    serde_json::from_value::<$args>(value).map(|_| ())
                },
            }),*]
        }

        /// Who may ask for the command of that name; none: there is no such command.
        pub fn access(name: &str) -> Option<Access> {
            use Access::*;
            use Permission::*;
            match name {
                $(stringify!($name) => Some($access),)*
                _ => None,
            }
        }
    };
}

commands! {
    // accounts
    workspace_status(Nothing) -> WorkspaceStatus: Anybody;
    create_institution(CreateInstitution) -> WorkspaceStatus: Anybody;
    open_sample(OpenSample) -> WorkspaceStatus: Anybody;
    open_workspace(Passphrase) -> WorkspaceStatus: Anybody;
    sign_in(SignIn) -> WorkspaceStatus: Anybody;
    sign_in_with_code(SignInWithCode) -> WorkspaceStatus: Anybody;
    password_weigh(WeighPassword) -> PasswordStrength: Anybody;
    sign_in_help(Nothing) -> SignInHelp: Anybody;
    code_request(AskForCode) -> Nothing: Anybody;
    reset_finish(FinishReset) -> Nothing: Anybody;
    verify_finish(VerifyAddress) -> Nothing: Anybody;
    register(Register) -> Registered: Anybody;
    sign_out(Nothing) -> WorkspaceStatus: Session;
    lock(Nothing) -> WorkspaceStatus: Session;
    unlock(Unlock) -> WorkspaceStatus: Session;
    my_profile(Nothing) -> PersonDetail: SignedIn;
    update_profile(UpdateProfile) -> PersonDetail: SignedIn;
    change_password(ChangePassword) -> Nothing: SignedIn;
    my_verification_send(Nothing) -> Nothing: SignedIn;
    my_sessions(Nothing) -> Vec<SessionRow>: SignedIn;
    end_session(ById) -> Vec<SessionRow>: SignedIn;
    sign_out_everywhere(Nothing) -> WorkspaceStatus: SignedIn;
    second_factor(Nothing) -> SecondFactorState: SetUp;
    second_factor_begin(Nothing) -> SecondFactorOffer: SetUp;
    second_factor_confirm(ConfirmSecondFactor) -> RecoveryCodes: SetUp;
    second_factor_remove(ProveSelf) -> SecondFactorState: SignedIn;
    recovery_renew(ProveSelf) -> RecoveryCodes: SignedIn;
    // people
    people_list(ListPeople) -> PageOf<PersonRowDto>: Any(&[ManagePeople]);
    person(ById) -> PersonDetail: Any(&[ManagePeople]);
    person_create(CreatePerson) -> PersonDetail: Any(&[ManagePeople]);
    person_update(UpdatePerson) -> PersonDetail: Any(&[ManagePeople]);
    people_set_status(SetPeopleStatus) -> ManyOutcome: Any(&[ManagePeople]);
    person_set_role(SetPersonRole) -> PersonDetail: Any(&[ManagePeople]);
    person_unlock(ById) -> PersonDetail: Any(&[ManagePeople]);
    person_set_password(SetPersonPassword) -> PersonDetail: Any(&[ManagePeople]);
    person_verification_send(ById) -> Nothing: Any(&[ManagePeople]);
    person_code(ById) -> OneTimeCode: Any(&[ManagePeople]);
    person_second_factor_remove(ById) -> PersonDetail: Any(&[ManagePeople]);
    person_erase(ErasePerson) -> PersonDetail: Any(&[ManagePeople]);
    personal_data_save(PersonalDataOf) -> PersonalDataFiles: SignedIn;
    instructors(Nothing) -> Vec<PersonRef>: Any(&[SeeCatalog]);
    // catalog
    courses_list(ListCourses) -> PageOf<CourseRowDto>: Any(&[SeeCatalog]);
    course(ById) -> CourseDetail: Any(&[SeeCatalog]);
    course_create(CreateCourse) -> CourseDetail: Any(&[WriteCourses]);
    course_update(UpdateCourse) -> CourseDetail: Any(&[WriteCourses]);
    curriculum_save(SaveCurriculum) -> CourseDetail: Any(&[WriteCourses]);
    course_submit(ByIdRev) -> CourseDetail: Any(&[WriteCourses]);
    course_request_changes(ByIdRevReason) -> CourseDetail: Any(&[PublishCourses]);
    course_publish(ByIdRev) -> CourseDetail: Any(&[PublishCourses]);
    course_unpublish(ByIdRev) -> CourseDetail: Any(&[PublishCourses]);
    course_archive(ByIdRev) -> CourseDetail: Any(&[PublishCourses]);
    course_restore(ByIdRev) -> CourseDetail: Any(&[PublishCourses]);
    // enrollment
    enrollments_list(ListEnrollments) -> PageOf<EnrollmentRowDto>: Any(&[SeeEnrollments]);
    enrollment(ById) -> EnrollmentDetail: Any(&[SeeEnrollments, Learn]);
    enroll_preview(EnrollPeople) -> EnrollOutcome: Any(&[EnrollOthers]);
    enroll(EnrollPeople) -> EnrollOutcome: Any(&[EnrollOthers]);
    enroll_myself(EnrollMyself) -> EnrolledOne: Any(&[Learn]);
    enrollment_cancel(ByIdRevReason) -> EnrollmentDetail: Any(&[EnrollOthers]);
    enrollment_reopen(RetryPayment) -> EnrollmentDetail: Any(&[EnrollOthers]);
    // payments
    payments_list(ListPayments) -> PageOf<PaymentRowDto>: Any(&[SeePayments, Learn]);
    payments_queue(Nothing) -> PaymentQueue: Any(&[SeePayments]);
    payment(ById) -> PaymentDetail: Any(&[SeePayments, Learn]);
    payment_record_cash(RecordCash) -> PaymentDetail: Any(&[RecordPayments]);
    payment_record_provider(RecordProvider) -> PaymentDetail: Any(&[RecordPayments]);
    payment_fail(FailPayment) -> PaymentDetail: Any(&[RecordPayments]);
    payment_cancel(ByIdRevReason) -> PaymentDetail: Any(&[RecordPayments]);
    payment_retry(RetryPayment) -> PaymentDetail: Any(&[RecordPayments, Learn]);
    refund_ask(AskRefund) -> PaymentDetail: Any(&[Refund]);
    refund_decide(DecideRefund) -> PaymentDetail: Any(&[Refund]);
    refund_withdraw(WithdrawRefund) -> PaymentDetail: Any(&[Refund]);
    receipt(ReceiptArgs) -> ReceiptDto: Any(&[SeePayments, Learn]);
    receipt_save(ReceiptArgs) -> SavedFile: Any(&[SeePayments, Learn]);
    // learning
    my_courses(Nothing) -> Vec<LearningCard>: Any(&[Learn]);
    learning(ById) -> LearningView: Any(&[Learn]);
    lesson_open(LessonArgs) -> LearningView: Any(&[Learn]);
    lesson_complete(LessonArgs) -> LearningView: Any(&[Learn]);
    note_add(AddNote) -> LearningView: Any(&[Learn]);
    note_remove(RemoveNote) -> LearningView: Any(&[Learn]);
    review_save(SaveReview) -> LearningView: Any(&[Learn]);
    result_record(RecordResult) -> EnrollmentDetail: Any(&[Grade]);
    certificate(ById) -> CertificateDto: Any(&[SeeEnrollments, Learn]);
    certificate_save(ById) -> SavedFile: Any(&[SeeEnrollments, Learn]);
    certificate_revoke(ByIdRevReason) -> EnrollmentDetail: Any(&[EnrollOthers]);
    certificate_check(ById) -> CertificateCheck: SignedIn;
    // reporting
    dashboard(Nothing) -> DashboardDto: Any(&[EnrollmentReports, RevenueReports]);
    report(ReportArgs) -> ReportDto: Any(&[EnrollmentReports, RevenueReports]);
    report_save(ExportReport) -> SavedFile: Any(&[EnrollmentReports, RevenueReports]);
    // operations
    timeline(TimelineArgs) -> Vec<TimelineEntry>: SignedIn;
    search(SearchArgs) -> Vec<SearchHit>: SignedIn;
    import_inspect(InspectImport) -> ImportInspection: Any(&[ManagePeople]);
    import_run(RunImport) -> ImportOutcome: Any(&[ManagePeople]);
    imports_list(Nothing) -> Vec<ImportRow>: Any(&[ManagePeople]);
    import_undo(ById) -> UndoOutcome: Any(&[ManagePeople]);
    list_save(ExportList) -> SavedFile: Any(&[ManagePeople, SeePayments, SeeEnrollments, Learn]);
    task_cancel(TaskArgs) -> Nothing: Anybody;
    window_saved(Nothing) -> Nothing: Anybody;
    settings(Nothing) -> SettingsDto: Any(&[RunWorkspace]);
    settings_update(SettingsDto) -> SettingsDto: Any(&[RunWorkspace]);
    audit_list(ListAudit) -> PageOf<TimelineEntry>: Any(&[RunWorkspace]);
    verify(RunVerification) -> VerifyReport: Any(&[RunWorkspace]);
    // mail
    mail_settings(Nothing) -> MailSettings: Any(&[RunWorkspace]);
    mail_settings_update(UpdateMailSettings) -> MailSettings: Any(&[RunWorkspace]);
    mail_test(TestMail) -> Nothing: Any(&[RunWorkspace]);
    mails(Nothing) -> Vec<MailRow>: Any(&[RunWorkspace]);
    mail_retry(ById) -> Vec<MailRow>: Any(&[RunWorkspace]);
    mail_discard(ById) -> Vec<MailRow>: Any(&[RunWorkspace]);
    // the institution's server
    connect_probe(ServerAddress) -> ServerProbe: Anybody;
    connect_institution(ConnectInstitution) -> WorkspaceStatus: Anybody;
    sync_status(Nothing) -> SyncStatus: SignedIn;
    sync_centre(Nothing) -> SyncCentre: SignedIn;
    sync_now(Nothing) -> SyncStatus: SignedIn;
    sync_pause(PauseSync) -> SyncStatus: Any(&[RunWorkspace]);
    queue_retry(ByOp) -> SyncCentre: SignedIn;
    queue_discard(ByOpReason) -> SyncCentre: SignedIn;
    queue_void(ByOpReason) -> SyncCentre: Any(&[RecordPayments]);
    queue_export(ByOp) -> SavedFile: SignedIn;
    conflict_settle(SettleConflict) -> SyncCentre: SignedIn;
    record_pending(PendingArgs) -> PendingDto: SignedIn;
    attach_preview(AttachServer) -> AttachPreview: Any(&[RunWorkspace]);
    server_attach(AttachServer) -> SyncStatus: Any(&[RunWorkspace]);
    server_change(AttachServer) -> SyncStatus: Any(&[RunWorkspace]);
    server_detach(DetachServer) -> WorkspaceStatus: Any(&[RunWorkspace]);
    server_health(Nothing) -> ServerHealth: Any(&[RunWorkspace]);
    migrations(Nothing) -> Migrations: Any(&[RunWorkspace]);
    migrations_run(RunMigrations) -> MigrationRun: Any(&[RunWorkspace]);
    index_report(Nothing) -> IndexReport: Any(&[RunWorkspace]);
    slow_queries(Nothing) -> SlowQueries: Any(&[RunWorkspace]);
    profiler_set(SetProfiler) -> SlowQueries: Any(&[RunWorkspace]);
    maintenance(Nothing) -> Maintenance: Any(&[RunWorkspace]);
    maintenance_run(RunMaintenance) -> MaintenanceOutcome: Any(&[RunWorkspace]);
    // the institution's desktops
    sealed_files(Nothing) -> Vec<SealedFile>: Anybody;
    export_workspace(ExportWorkspace) -> SavedFile: Any(&[RunWorkspace]);
    open_export(OpenExport) -> OpenedExport: Anybody;
    desktops(Nothing) -> Desktops: Any(&[RunWorkspace]);
    desktop_session_end(ById) -> Desktops: Any(&[RunWorkspace]);
    person_sign_out(ById) -> Desktops: Any(&[ManagePeople]);
    desktop_revoke(RevokeDesktop) -> Desktops: Any(&[RunWorkspace]);
    desktop_invite(InviteDesktop) -> InvitationMade: Any(&[RunWorkspace]);
    desktop_login_drop(ById) -> Nothing: Any(&[RunWorkspace]);
    join_institution(JoinInstitution) -> WorkspaceStatus: Anybody;
}

/// The TypeScript table of commands: name → arguments and answer. Written to the bindings beside the
/// types by `cargo xtask codegen`.
pub fn typescript() -> String {
    let commands = commands();
    let mut names: Vec<String> = commands
        .iter()
        .flat_map(|c| [&c.args, &c.answer])
        .flat_map(|ty| ty.split(|ch: char| !ch.is_alphanumeric()))
        .filter(|word| !word.is_empty() && *word != "Array")
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    let mut out = String::from("// Generated from the table of commands; do not edit.\n");
    for name in &names {
        out.push_str(&format!("import type {{ {name} }} from \"./{name}\";\n"));
    }
    out.push_str("\nexport interface Commands {\n");
    for c in &commands {
        out.push_str(&format!(
            "  {}: {{ args: {}; answer: {} }};\n",
            c.name, c.args, c.answer
        ));
    }
    out.push_str("}\n");
    out
}

#[cfg(test)]
mod tests {
    /// Named so that `cargo test export_bindings` writes it together with the types.
    #[test]
    fn export_bindings_commands() {
        let dir = std::env::var("TS_RS_EXPORT_DIR").unwrap_or_else(|_| "./bindings".into());
        std::fs::create_dir_all(&dir).expect("the bindings folder can be made");
        std::fs::write(
            std::path::Path::new(&dir).join("Commands.ts"),
            super::typescript(),
        )
        .expect("the table can be written");
    }
}
