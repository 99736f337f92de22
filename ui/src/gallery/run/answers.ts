/**
 * What the program would answer, for looking at the real screens without one: `gallery.html?run=<scenario>`.
 * Enough for the screens of the server; every other list is empty.
 */
import type { Commands } from "@/bindings/Commands";
import type { ConflictCard } from "@/bindings/ConflictCard";
import type { QueueRow } from "@/bindings/QueueRow";
import type { ServerProbe } from "@/bindings/ServerProbe";
import type { SyncStatus } from "@/bindings/SyncStatus";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";

export type Scenario = "first" | "factor" | "local" | "online" | "trouble" | "initial" | "offline";

const now = Date.now();
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

const status = (signedIn: boolean, secondFactorDue = false): Partial<WorkspaceStatus> => ({
  secondFactorDue,
  phase: signedIn ? "signed-in" : "no-workspace",
  institution: signedIn ? "Northgate College" : null,
  sample: false,
  device: "07",
  session: signedIn
    ? {
        user: "1",
        name: "Grace Hopper",
        email: "grace@northgate.example",
        role: "admin",
        language: "en",
        timezone: "Europe/London",
      }
    : null,
  keyring: true,
  idleMinutes: 0,
  timezone: "Europe/London",
  currency: "GBP",
  sampleAccounts: [],
  samplePassword: null,
});

const SYNC: Record<Scenario, Partial<SyncStatus>> = {
  first: { state: "local" },
  factor: { state: "local" },
  local: { state: "local" },
  online: { state: "online" },
  trouble: { state: "sending", waiting: 3, attention: 2, conflicts: 2 },
  initial: { state: "initial" },
  offline: {
    state: "offline",
    waiting: 3,
    nextTry: new Date(now + 95_000).toISOString(),
    problem: "No server answered within 5 seconds.",
  },
};

const sync = (scenario: Scenario): SyncStatus => ({
  state: "online",
  waiting: 0,
  lines: 0,
  attention: 0,
  conflicts: 0,
  lastContact: ago(scenario === "offline" ? 42 : 0),
  nextTry: null,
  problem: null,
  mode: scenario === "local" ? null : "stream",
  environment: scenario === "local" ? null : scenario === "online" ? "staging" : "production",
  ...SYNC[scenario],
});

const abilities = [
  { ability: "transactions", present: true, consequence: null },
  { ability: "change-streams", present: true, consequence: null },
  {
    ability: "text-index",
    present: false,
    consequence:
      "Other programs cannot search in texts on this server. Matricula searches its own encrypted copy and lacks nothing.",
  },
  { ability: "roles", present: true, consequence: null },
];

const counts = [
  { collection: "users", count: 1_204 },
  { collection: "courses", count: 86 },
  { collection: "enrollments", count: 9_480 },
  { collection: "payments", count: 8_912 },
  { collection: "payment_ledger", count: 9_102 },
  { collection: "audit_events", count: 41_337 },
];

const probe = (uri: string): ServerProbe => {
  const holds = uri.includes("empty")
    ? "nothing"
    : uri.includes("mongoose")
      ? "foreign"
      : uri.includes("newer")
        ? "newer"
        : "institution";
  return {
    address: "mongodb://db1.northgate.example:27017,db2.northgate.example:27017",
    database: "students_enrollment_prod",
    environment: "production",
    tls: true,
    pingMs: 3.42,
    abilities,
    holds,
    institution: holds === "institution" || holds === "newer" ? "Northgate College" : null,
    admins: holds === "nothing" ? 0 : 2,
    counts: holds === "nothing" ? [] : counts,
    pendingMigrations: holds === "nothing" || holds === "foreign" ? 3 : 0,
    scope: "office",
    offending: holds === "foreign" ? migrations.offending : [],
    offendingTotal: holds === "foreign" ? 14 : 0,
  };
};

const row = (op: string, over: Partial<QueueRow>): QueueRow => ({
  op,
  state: "waiting",
  at: ago(12),
  actor: "Grace Hopper",
  verb: "course.updated",
  detail: { title: "Ink and Paper", fields: ["description"] },
  subjects: [{ collection: "courses", id: "c1", label: "Ink and Paper" }],
  attempts: 0,
  nextAt: null,
  reason: null,
  money: false,
  ...over,
});

const queue: QueueRow[] = [
  row("1", {
    state: "failed",
    at: ago(190),
    verb: "payment.captured",
    detail: { amountMinor: 25_000, currency: "GBP", method: "cash", receipt: "R-07-000123", activates: true },
    subjects: [
      { collection: "payments", id: "p1", label: "R-07-000123" },
      { collection: "users", id: "u1", label: "Ada Lovelace" },
    ],
    attempts: 5,
    money: true,
    reason: {
      code: "taken",
      message: "Another payment has this provider reference.",
      field: "stripeChargeId",
    },
  }),
  row("2", {
    state: "failed",
    at: ago(75),
    attempts: 1,
    detail: { title: "Ink and Paper", fields: ["title"] },
    reason: { code: "too-long", message: "At most 200 characters.", field: "title" },
  }),
  row("3", {
    state: "blocked",
    at: ago(74),
    verb: "course.submitted",
    detail: { title: "Ink and Paper" },
  }),
  row("4", {
    state: "sending",
    at: ago(2),
    verb: "enrollment.created",
    detail: { amountMinor: 25_000, currency: "GBP", free: false, attempt: 1, method: "cash" },
    subjects: [
      { collection: "enrollments", id: "e1", label: "Tahmina Akter" },
      { collection: "courses", id: "c2", label: "Letterpress" },
    ],
  }),
  row("5", { at: ago(1), attempts: 2, nextAt: new Date(now + 64_000).toISOString() }),
];

const conflicts: ConflictCard[] = [
  {
    id: "1",
    record: { collection: "courses", id: "c1", label: "Ink and Paper" },
    path: "fullDescription",
    kind: "text",
    base: "A course for everybody who writes by hand and wants to know why ink behaves as it does.",
    mine: "A course for everybody who draws or writes by hand and wants to know why ink behaves as it does on paper.",
    theirs: "A short course for all who write by hand and want to know why ink behaves as it does.",
    at: ago(31),
  },
  {
    id: "2",
    record: { collection: "courses", id: "c2", label: "Letterpress" },
    path: "price",
    kind: "field",
    base: { amount: 180, currency: "GBP" },
    mine: { amount: 195, currency: "GBP" },
    theirs: { amount: 210, currency: "GBP" },
    at: ago(140),
  },
];

const sources = (scenario: Scenario) =>
  counts.map((one, at) => {
    const complete = scenario !== "initial" || at < 2;
    return {
      collection: one.collection,
      done: complete ? one.count : at === 2 ? 3_500 : 0,
      total: one.count,
      complete,
      asOf: complete ? ago(scenario === "offline" ? 42 : 0) : null,
      sweptAt: complete ? ago(9) : null,
    };
  });

const migrations: Commands["migrations"]["answer"] = {
  rows: [
    {
      number: 1,
      name: "collections",
      about: "Every collection with a validator made from the rules of the domain.",
      state: "applied",
      at: ago(60 * 24 * 12),
      device: "Desktop 03",
      tookMs: 412,
      skipped: [],
    },
    {
      number: 2,
      name: "indexes",
      about: "Every index of the seed schema, mended, and those of our own collections.",
      state: "partly",
      at: ago(60 * 24 * 12),
      device: "Desktop 03",
      tookMs: 1_840,
      skipped: ["text index of courses: this server cannot make text indexes (67)"],
    },
    {
      number: 3,
      name: "roles",
      about: "A role for each kind of desktop with the least it needs.",
      state: "pending",
      at: null,
      device: null,
      tookMs: null,
      skipped: [],
    },
  ],
  lockedBy: null,
  offending: [
    {
      collection: "users",
      id: "65f0a1b2c3d4e5f6a7b8c9d0",
      problem: "profile.phone: longer than 20 characters",
    },
    {
      collection: "payments",
      id: "65f0a1b2c3d4e5f6a7b8c9d1",
      problem: "currency: not one of USD, EUR, GBP, BDT",
    },
  ],
  offendingTotal: 14,
};

const index = (collection: string, name: string, keys: string, over = {}) => ({
  collection,
  name,
  keys,
  traits: [] as string[],
  bytes: 1_228_800,
  uses: 8_214,
  since: ago(60 * 24 * 3),
  origin: "ours",
  finding: null as string | null,
  advice: null as string | null,
  ...over,
});

/** The answers by command; a command that is not here answers as an empty list. */
export function answersOf(scenario: Scenario): Record<string, (args: never) => unknown> {
  const centre = () => ({
    status: sync(scenario),
    address: "mongodb://db1.northgate.example:27017",
    database: "students_enrollment_prod",
    scope: "office",
    collections: sources(scenario),
    queue: scenario === "trouble" ? queue : scenario === "offline" ? queue.slice(2) : [],
    conflicts: scenario === "trouble" ? conflicts : [],
    unreadable:
      scenario === "trouble"
        ? [{ collection: "payments", id: "65f0a1b2c3d4e5f6a7b8c9d1", reason: "amount: not a number" }]
        : [],
  });
  return {
    workspace_status: () => status(scenario !== "first", scenario === "factor"),
    second_factor: (): Commands["second_factor"]["answer"] => ({
      since: ago(60 * 24 * 40),
      recoveryLeft: 2,
      authenticator: false,
      required: true,
    }),
    second_factor_begin: (): Commands["second_factor_begin"]["answer"] => ({
      secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
      address: "otpauth://totp/Northgate%20College:grace@northgate.example",
      // the look of a code, not one to scan
      qr: Array.from({ length: 33 }, (_, y) =>
        Array.from({ length: 33 }, (_, x) => ((x * x + 3 * x * y + y * y * y) % 7 < 3 ? "1" : "0")).join(""),
      ),
    }),
    second_factor_confirm: (): Commands["second_factor_confirm"]["answer"] => ({
      codes: Array.from({ length: 10 }, (_, at) => `7KQ${at}-MX4R-0ZB${at}-TH8C`),
    }),
    password_weigh: ({ password }: { password: string }): Commands["password_weigh"]["answer"] => ({
      score: Math.min(4, Math.floor(password.length / 4)),
      guessesLog10: password.length,
      warning: password.length < 10 ? "keyboard" : null,
      acceptable: password.length >= 10,
    }),
    sync_status: () => sync(scenario),
    sync_now: () => sync(scenario),
    sync_pause: () => ({ ...sync(scenario), state: "paused" }),
    sync_centre: centre,
    queue_retry: centre,
    queue_discard: centre,
    queue_void: centre,
    conflict_settle: centre,
    queue_export: () => ({ path: "change-set.json", name: "", bytes: 1, rows: null }),
    record_pending: () => ({ waiting: [], conflicts: 0 }),
    connect_probe: ({ uri }: { uri: string | null }) => probe(uri ?? ""),
    attach_preview: ({ address }: { address: { uri: string | null } }) => ({
      probe: probe(address.uri ?? ""),
      uploads: counts,
      already: 12,
      obstacles: (address.uri ?? "").includes("taken")
        ? [
            {
              kind: "email",
              record: { collection: "users", id: "u1", label: "Ada Lovelace" },
              message: "Somebody on the server has the address ada@northgate.example.",
            },
          ]
        : [],
    }),
    server_health: (): Commands["server_health"]["answer"] => ({
      status: scenario === "offline" ? "unhealthy" : "healthy",
      state: scenario === "offline" ? "disconnected" : "connected",
      error: scenario === "offline" ? "No server answered within 5 seconds." : null,
      address: "mongodb://db1.northgate.example:27017",
      database: "students_enrollment_prod",
      environment: "production",
      login: "matricula_office",
      roles: ["matricula.office", "clusterMonitor"],
      tls: true,
      version: "8.2.1",
      replicaSet: "rs0",
      pings: [3.1, 3.4, 2.9, 3.3, 8.2, 3.2, 3.0, 3.1, 4.4, 3.2, 3.1, 3.3, 2.8, 3.1, 3.4],
      pool: { open: 4, inUse: 1, max: 10, timeouts: 0 },
      oplogHours: 61.5,
      clockOffsetMs: -38,
      abilities,
      warnings: [
        {
          code: "no-text-index",
          message: "This server has no text index: other programs cannot search in texts.",
        },
        {
          code: "ttl-on-users",
          message:
            "An index of another program deletes people a year after they were created (users.createdAt).",
        },
      ],
      events: [
        { at: ago(3), kind: "slow", message: "An answer took 1.4 s." },
        { at: ago(61), kind: "connected", message: "db1.northgate.example:27017 answers." },
        { at: ago(64), kind: "disconnected", message: "db1.northgate.example:27017: connection reset." },
      ],
    }),
    migrations: () => migrations,
    migrations_run: ({ dryRun }: { dryRun: boolean }) => ({
      commands: [
        '{ "createRole": "matriculaOffice", "privileges": [ { "resource": { "db": "students_enrollment_prod", "collection": "users" }, "actions": ["find", "insert", "update"] } ], "roles": [] }',
        '{ "createRole": "matriculaFinance", "privileges": [], "roles": [] }',
      ],
      dryRun,
      skipped: ["text index of courses: this server cannot make text indexes (67)"],
      now: migrations,
    }),
    index_report: (): Commands["index_report"]["answer"] => ({
      indexes: [
        index("users", "email_1", "email ↑", { traits: ["unique"] }),
        index("users", "createdAt_1", "createdAt ↑", {
          traits: ["ttl"],
          origin: "foreign",
          finding: "ttl-on-users",
          advice:
            "It deletes people 365 days after they were created. Remove it in the program that made it.",
        }),
        index("users", "role_1_status_1", "role ↑, status ↑"),
        index("enrollments", "user_1_course_1", "user ↑, course ↑", { traits: ["unique"], uses: 120_331 }),
        index("enrollments", "user_1", "user ↑", {
          origin: "foreign",
          finding: "redundant",
          advice: "user_1_course_1 begins with the same field and answers the same queries.",
        }),
        index("enrollments", "progress.percentage_1", "progress.percentage ↑", {
          uses: 0,
          finding: "unused",
          advice: "Not used in three days. Watch it over a whole term before it goes.",
        }),
        index("courses", "title_text_description_text", "title, description", {
          traits: ["text"],
          bytes: null,
          uses: null,
          since: null,
          origin: "missing",
          finding: "missing",
          advice: "This server cannot make text indexes.",
        }),
      ],
      plans: [
        {
          query: "Changed since the last look",
          collection: "enrollments",
          index: "updatedAt_1__id_1",
          examined: 500,
          returned: 500,
          millis: 1.84,
        },
        {
          query: "Active administrators",
          collection: "users",
          index: "role_1_status_1",
          examined: 2,
          returned: 2,
          millis: 0.31,
        },
        { query: "By slug", collection: "courses", index: null, examined: 86, returned: 1, millis: 0.9 },
      ],
    }),
    slow_queries: () => ({
      level: 1,
      slowms: 100,
      problem: null,
      shapes: [
        {
          collection: "enrollments",
          command: "aggregate",
          shape: "{ status, course.instructor } sort { enrolledAt }",
          count: 42,
          meanMs: 183.2,
          maxMs: 2_140,
          examinedPerReturned: 94.8,
          last: ago(7),
        },
      ],
    }),
    maintenance: (): Commands["maintenance"]["answer"] => ({
      tasks: [
        { task: "expired-tokens", lastRun: ago(60 * 7), lastResult: "3 removed" },
        { task: "counters", lastRun: null, lastResult: null },
      ],
      collections: counts.map((one) => ({
        collection: one.collection,
        count: one.count,
        bytes: one.count * 912,
        meanBytes: 912,
        storageBytes: one.count * 400,
        indexes: 6,
        indexBytes: one.count * 210,
      })),
      problem: scenario === "local" ? "This workspace has no server." : null,
    }),
    maintenance_run: ({ dryRun }: { dryRun: boolean }) => ({
      done: [
        "Course “Ink and Paper”: enrollments 41, there are 42.",
        "Ada Lovelace: courses taught 2, there is 1.",
      ],
      count: 2,
      dryRun,
    }),
  };
}
