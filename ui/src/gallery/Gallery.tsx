/** All shared components on a few pages, chosen by `?page=` so that each can be photographed. */
import {
  Anchor,
  Button,
  Checkbox,
  Menu,
  Radio,
  SegmentedControl,
  Select,
  Switch,
  Tabs,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { BackendError } from "@/backend/error";
import {
  type Column,
  DataList,
  EmptyState,
  ErrorState,
  Facts,
  FilterBar,
  type Filters,
  FormActions,
  FormFields,
  FormProblem,
  Initials,
  ListPage,
  Money,
  MoneyInput,
  Page,
  PageHeader,
  ProgressPanel,
  ProvenanceLine,
  RecordHeader,
  SaveState,
  Section,
  SidePanel,
  type Sort,
  STATUS_TONES,
  StatusDot,
  type StatusKind,
  Timeline,
  type TypedMoney,
  toast,
  useBackendForm,
  useConfirm,
  When,
  WhyCard,
} from "@/design";
import { BarFigure, LineFigure, Sparkline } from "@/design/charts";
import { openPalette, Palette } from "@/design/Palette";
import { GalleryFrame } from "./GalleryFrame";

const query = new URLSearchParams(location.search);
const now = Date.now();
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();

const FIRST = ["Ada", "Grace", "Tahmina", "Edsger", "Barbara", "Rafiq", "Mina", "Jonas", "Leïla", "Søren"];
const LAST = [
  "Lovelace",
  "Hopper",
  "Akter",
  "Dijkstra",
  "Liskov",
  "Ahmed",
  "Sato",
  "Weber",
  "Haddad",
  "Kierkegaard",
];
const STATES = ["active", "pending", "completed", "cancelled", "refunded"] as const;

interface SampleRow {
  id: string;
  name: string;
  course: string;
  status: (typeof STATES)[number];
  minor: number;
  at: string;
}
const sample = (i: number): SampleRow => ({
  id: String(i),
  name: `${FIRST[i % 10]} ${LAST[(i * 7 + 3) % 10]}`,
  course:
    ["Statistics I", "Typography for print", "Rust from the ground", "Double-entry bookkeeping"][i % 4] ?? "",
  status: STATES[(i * 3) % 5] ?? "active",
  minor: 12_500 + ((i * 7919) % 90_000),
  at: ago(i * 5.3),
});

function ListSample() {
  const [sort, setSort] = useState<Sort>({ by: "at", dir: "desc" });
  const [state, setState] = useState<{ q: string; filters: Filters }>({
    q: "",
    filters: query.get("filtered") ? { status: ["active"] } : {},
  });
  const [open, setOpen] = useState<string | null>(query.get("open"));
  const columns = useMemo<Column<SampleRow>[]>(
    () => [
      {
        id: "name",
        header: "Student",
        cell: (r) => (
          <>
            <Initials name={r.name} size={20} /> <span>{r.name}</span>
          </>
        ),
        grow: true,
        width: 180,
        fixed: true,
        sortBy: "name",
      },
      { id: "course", header: "Course", cell: (r) => r.course, width: 210, sortBy: "course" },
      {
        id: "status",
        header: "Status",
        cell: (r) => <StatusDot kind="enrollment" status={r.status} />,
        width: 120,
      },
      {
        id: "amount",
        header: "Price",
        cell: (r) => <Money minor={r.minor} currency="GBP" />,
        width: 110,
        align: "end",
      },
      {
        id: "at",
        header: "Enrolled",
        cell: (r) => <When at={r.at} />,
        width: 120,
        align: "end",
        sortBy: "at",
      },
    ],
    [],
  );
  const row = open ? sample(Number(open)) : null;
  const empty = query.get("empty") !== null;
  return (
    <ListPage
      header={
        <PageHeader
          title="Enrollments"
          actions={
            <>
              <Button variant="default">Import</Button>
              <Button>Enroll people</Button>
            </>
          }
        />
      }
      toolbar={
        <FilterBar
          id="gallery"
          searchLabel="Search enrollments"
          q={state.q}
          filters={state.filters}
          onChange={setState}
          specs={[
            {
              id: "status",
              label: "Status",
              options: STATES.map((s) => ({ value: s, label: s[0]?.toUpperCase() + s.slice(1) })),
            },
            {
              kind: "lookup",
              id: "course",
              label: "Course",
              search: async (text) => [{ value: "1", label: `Statistics I ${text}` }],
            },
            { kind: "dates", id: "when", label: "Enrolled" },
          ]}
        />
      }
      panel={
        row && (
          <SidePanel label={row.name} onClose={() => setOpen(null)} actions={<Anchor>Open page</Anchor>}>
            <RecordHeader
              level={2}
              title={row.name}
              status={<StatusDot kind="enrollment" status={row.status} />}
              facts={[
                { label: "Course", value: row.course },
                { label: "Paid", value: <Money minor={row.minor} currency="GBP" /> },
              ]}
              actions={<Button variant="default">Cancel enrollment</Button>}
            />
            <Section title="State">
              <WhySample />
            </Section>
            <Section title="History">
              <TimelineSample />
            </Section>
          </SidePanel>
        )
      }
    >
      <DataList
        id="gallery"
        label="Enrollments"
        columns={columns}
        rowKey={(r) => r.id}
        rowName={(r) => r.name}
        queryKey={["gallery", state, sort]}
        fetchPage={async (offset, limit) => {
          if (query.get("fail") !== null)
            throw new BackendError({
              code: "unexpected",
              message: "The file of this workspace is not readable.",
            });
          if (query.get("slow") !== null) await new Promise((done) => setTimeout(done, 60_000));
          const total = empty ? 0 : 100_000;
          return {
            total,
            exact: true,
            rows: Array.from({ length: Math.min(limit, total - offset) }, (_, i) => sample(offset + i)),
          };
        }}
        sort={sort}
        onSort={setSort}
        onOpen={(r) => setOpen(r.id)}
        openKey={open}
        bulkActions={() => (
          <Button size="xs" variant="default">
            Cancel enrollments
          </Button>
        )}
        empty={
          <EmptyState
            title="Nobody is enrolled yet"
            body="Enroll people in a published course."
            action={<Button>Enroll people</Button>}
          />
        }
      />
    </ListPage>
  );
}

function WhySample() {
  return (
    <WhyCard
      tone="green"
      because="It became active because Grace Hopper recorded the payment R-07-000123 of £250.00 in cash."
      link={<Anchor>Open the payment</Anchor>}
      at={ago(30)}
      next="It becomes completed when all 12 lessons are done and the final test is passed."
    />
  );
}

function TimelineSample() {
  return (
    <Timeline
      label="History"
      entries={[
        {
          id: "4",
          at: ago(2),
          sentence: "Lesson 3, “Variance”, was completed.",
          who: "Ada Lovelace",
          device: "Library 2",
          tone: "ink",
        },
        {
          id: "3",
          at: ago(30),
          sentence: "£250.00 was paid in cash.",
          who: "Grace Hopper",
          device: "Front desk",
          tone: "green",
          link: <Anchor>R-07-000123</Anchor>,
        },
        { id: "2", at: ago(31), sentence: "The enrollment waits for its payment.", tone: "amber" },
        {
          id: "1",
          at: ago(31.2),
          sentence: "Ada Lovelace was enrolled in Statistics I.",
          who: "Grace Hopper",
          device: "Front desk",
        },
      ]}
    />
  );
}

function FormSample() {
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: {
      first: "Ada",
      email: "ada@x",
      role: "student",
      amount: 25_000 as TypedMoney,
      note: "",
    },
    submit: async (values) => {
      if (values.note)
        throw new BackendError({ code: "locked", message: "Another program holds the workspace." });
      throw new BackendError({ code: "taken", message: "Somebody has this email already.", field: "email" });
    },
  });
  return (
    <form {...formProps}>
      <FormFields columns={2}>
        <TextInput label="First name" withAsterisk {...form.getInputProps("first")} />
        <TextInput label="Email" description="Used to sign in" {...form.getInputProps("email")} />
        <Select
          label="Role"
          data={[
            { value: "student", label: "Student" },
            { value: "admin", label: "Administrator" },
          ]}
          {...form.getInputProps("role")}
        />
        <MoneyInput
          label="Amount"
          currency="GBP"
          {...form.getInputProps("amount")}
          value={form.values.amount}
          onChange={(typed) => form.setFieldValue("amount", typed)}
        />
      </FormFields>
      <Textarea
        mt="md"
        label="Note"
        placeholder="What should the next person know?"
        {...form.getInputProps("note")}
      />
      <FormProblem problem={problem} />
      <FormActions verb="Create person" cancel="Cancel" pending={pending} />
    </form>
  );
}

function PartsSample() {
  const confirm = useConfirm();
  useEffect(() => {
    if (query.get("show") === "confirm")
      void confirm({
        title: "Cancel the enrollment of Ada Lovelace?",
        body: "She loses access to Statistics I at once. The payment stays in the ledger.",
        verb: "Cancel enrollment",
      });
    if (query.get("show") === "toast") {
      toast.done(() => "Enrollment cancelled", { undo: () => undefined });
      toast.problem(
        new BackendError({ code: "stale", message: "Somebody else changed this course a moment ago." }),
      );
    }
  }, [confirm]);
  return (
    <Page>
      <RecordHeader
        back={<Anchor>Courses</Anchor>}
        title="Statistics I: from counting to inference"
        status={<StatusDot kind="course" status="published" />}
        facts={[
          { label: "Students", value: "1,204" },
          { label: "Price", value: <Money minor={25_000} currency="GBP" /> },
        ]}
        actions={
          <>
            <Button variant="default">Edit</Button>
            <Button>Enroll people</Button>
          </>
        }
        more={<Menu.Item color="red">Archive course</Menu.Item>}
      />
      <Tabs defaultValue="a" mt="lg">
        <Tabs.List>
          <Tabs.Tab value="a">Overview</Tabs.Tab>
          <Tabs.Tab value="b">Curriculum</Tabs.Tab>
          <Tabs.Tab value="c">Students</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      <div style={{ display: "grid", gridTemplateColumns: "1fr 340px", gap: 40 }}>
        <div>
          <Section title="Statuses" actions={<SaveState saving={{ state: "saved" }} />}>
            <div style={{ display: "grid", gap: 8 }}>
              {(Object.keys(STATUS_TONES) as StatusKind[]).map((kind) => (
                <div key={kind} style={{ display: "flex", gap: 18, flexWrap: "wrap" }}>
                  {Object.keys(STATUS_TONES[kind]).map((status) => (
                    <StatusDot key={status} kind={kind} status={status as never} />
                  ))}
                </div>
              ))}
            </div>
          </Section>
          <Section title="New person">
            <FormSample />
          </Section>
          <Section title="Controls">
            <div style={{ display: "flex", gap: 16, alignItems: "center", flexWrap: "wrap" }}>
              <SegmentedControl data={["Table", "Cards"]} aria-label="View" />
              <Checkbox label="Public" defaultChecked />
              <Radio label="Cash" defaultChecked />
              <Switch label="Reminders" defaultChecked />
              <Button color="red">Delete</Button>
              <Button variant="subtle">Quiet</Button>
              <Button disabled>Disabled</Button>
              <Button loading>Saving</Button>
            </div>
          </Section>
          <Section title="Long work">
            <ProgressPanel
              title="Importing people"
              done={1204}
              total={3000}
              note="Row 1,204: ada@x.org"
              onCancel={() => undefined}
            />
          </Section>
        </div>
        <div>
          <Section title="State">
            <WhySample />
          </Section>
          <Section title="Facts">
            <Facts
              items={[
                { label: "Level", value: "Beginner" },
                { label: "Category", value: "Data Science" },
                { label: "Language", value: "English" },
              ]}
            />
          </Section>
          <Section title="History">
            <TimelineSample />
          </Section>
        </div>
      </div>
    </Page>
  );
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"].map((month, i) => ({
  month,
  active: 120 + i * 22 + ((i * 37) % 40),
  completed: 60 + i * 15 + ((i * 53) % 30),
  cancelled: 12 + ((i * 17) % 14),
  revenue: 820_000 + ((i * 234_567) % 700_000),
}));
const gbp = (n: number) => `£${(n / 100).toLocaleString("en", { maximumFractionDigits: 0 })}`;

function ChartsSample() {
  return (
    <Page>
      <PageHeader title="Reports" subtitle="January to August 2026" />
      <div style={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 40, marginTop: 24 }}>
        <BarFigure
          title="Revenue by month"
          subtitle="GBP, booked"
          rows={MONTHS}
          x="month"
          xLabel="Month"
          series={[{ key: "revenue", label: "Revenue" }]}
          format={gbp}
          formatAxis={(n) => `£${(n / 100_000).toFixed(1)}k`}
        />
        <LineFigure
          title="Enrollments by status"
          rows={MONTHS}
          x="month"
          xLabel="Month"
          series={[
            { key: "active", label: "Active", tone: "green" },
            { key: "completed", label: "Completed", tone: "ink" },
            { key: "cancelled", label: "Cancelled", tone: "grey" },
          ]}
        />
        <BarFigure
          title="Revenue by course"
          lying
          rows={[
            { course: "Statistics I", revenue: 1_820_000 },
            { course: "Typography for print", revenue: 1_240_000 },
            { course: "Rust from the ground", revenue: 960_000 },
            { course: "Double-entry bookkeeping", revenue: 410_000 },
          ]}
          x="course"
          xLabel="Course"
          series={[{ key: "revenue", label: "Revenue" }]}
          format={gbp}
        />
        <BarFigure
          title="Enrollments, stacked"
          stacked
          rows={MONTHS}
          x="month"
          xLabel="Month"
          series={[
            { key: "active", label: "Active", tone: "green" },
            { key: "completed", label: "Completed", tone: "ink" },
            { key: "cancelled", label: "Cancelled", tone: "grey" },
          ]}
        />
      </div>
      <Sparkline values={MONTHS.map((m) => m.active)} />
      <ProvenanceLine source="replica" at={new Date().toISOString()} />
    </Page>
  );
}

function StatesSample() {
  return (
    <Page>
      <EmptyState
        title="No courses yet"
        body="A course is written first, then published."
        action={<Button>Create course</Button>}
      />
      <ErrorState
        title="The list could not be read"
        error={
          new BackendError({ code: "unexpected", message: "The file of this workspace is not readable." })
        }
        onRetry={() => undefined}
      />
    </Page>
  );
}

export function Gallery() {
  const page = query.get("page") ?? "list";
  useEffect(() => {
    if (query.get("show") === "palette") openPalette();
  }, []);
  return (
    <GalleryFrame>
      {page === "list" && <ListSample />}
      {page === "parts" && <PartsSample />}
      {page === "charts" && <ChartsSample />}
      {page === "states" && <StatesSample />}
      <Palette
        placeholder="Go to, find or do…"
        searching="Searching…"
        nothing={(text) => `Nothing found for “${text}”`}
        navigate={() => undefined}
        sources={[
          {
            id: "go",
            label: "Go to",
            showEmpty: true,
            search: async () => ["Dashboard", "People", "Courses"].map((label) => ({ id: label, label })),
          },
          {
            id: "people",
            label: "People",
            showEmpty: true,
            search: async () => [{ id: "1", label: "Ada Lovelace", detail: "ada@example.org" }],
          },
        ]}
      />
    </GalleryFrame>
  );
}
