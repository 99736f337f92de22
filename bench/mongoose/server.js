/**
 * Lists, reports and a recorded payment over the seed schema's models, as a web program would offer them:
 * a page of 50 with the names populated and the total, a transaction for money, an aggregation for figures.
 *
 * `MONGODB_URI` names the database; the port it listens on is the one line it prints. Ends with its standard
 * input, so that it never outlives who started it.
 */
import { randomUUID } from "node:crypto";
import express from "express";
import mongoose from "mongoose";
import { Activity, Course, Enrollment, Payment, Transaction, User } from "./models.js";

const PAGE = 50;
const NAMES = [
  { path: "user", select: "name" },
  { path: "course", select: "title" },
];

await mongoose.connect(process.env.MONGODB_URI, {
  maxPoolSize: 10,
  serverSelectionTimeoutMS: 5000,
  socketTimeoutMS: 45000,
  family: 4,
});

const app = express();
app.use(express.json());

/** A page and the total. `where` narrows by equality, `in` by several values apart by commas. */
function list(path, Model, { sort, populate = [] }) {
  app.get(path, async (request, response) => {
    const { order, by, ...equal } = request.query;
    const where = Object.fromEntries(
      Object.entries(equal).map(([field, value]) => [field, value.includes(",") ? { $in: value.split(",") } : value]),
    );
    const [rows, total] = await Promise.all([
      Model.find(where)
        .sort({ [by ?? sort]: order === "asc" ? 1 : -1, _id: order === "asc" ? 1 : -1 })
        .limit(PAGE)
        .populate(populate),
      Model.countDocuments(where),
    ]);
    response.json({ rows, total });
  });
}
list("/people", User, { sort: "createdAt" });
list("/courses", Course, { sort: "createdAt", populate: [{ path: "instructor", select: "name" }] });
list("/enrollments", Enrollment, { sort: "enrollmentDate", populate: NAMES });
list("/payments", Payment, { sort: "createdAt", populate: NAMES });

/** Names that contain what was typed, as such programs search. */
app.get("/people/search", async (request, response) => {
  const typed = new RegExp(request.query.q.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "i");
  response.json({ rows: await User.find({ $or: [{ name: typed }, { email: typed }] }).limit(20) });
});

/** Cash for a payment that waits: the payment, its enrollment and a row of either trail, or nothing. */
app.post("/payments/:id/cash", async (request, response) => {
  const session = await mongoose.startSession();
  try {
    const recorded = await session.withTransaction(
      async () => {
        const payment = await Payment.findById(request.params.id).session(session);
        if (payment?.status !== "pending") throw new Error("this payment does not wait");
        const enrollment = await Enrollment.findById(payment.enrollment).session(session);
        const now = new Date();
        payment.set({ status: "completed", paidAt: now, method: "cash", receiptNumber: `B-${randomUUID()}` });
        enrollment.set({ status: "active", startDate: now });
        enrollment.set("payment.status", "completed");
        enrollment.set("payment.paidAt", now);
        await payment.save({ session });
        await enrollment.save({ session });
        const { _id, user, course, amount, currency } = payment;
        const op = randomUUID();
        await Transaction.create(
          [{ _id: op, payment: _id, enrollment: enrollment._id, user, course, kind: "charge", amount, currency, occurredAt: now }],
          { session },
        );
        await Activity.create([{ _id: op, at: now, deed: { verb: "payment.captured" } }], { session });
        return payment;
      },
      { writeConcern: { w: "majority" } },
    );
    response.json({ status: recorded.status });
  } finally {
    await session.endSession();
  }
});

app.get("/reports/enrollments-by-status", async (_request, response) => {
  response.json(await Enrollment.aggregate([{ $group: { _id: "$status", n: { $sum: 1 } } }]));
});
app.get("/reports/revenue-by-month", async (_request, response) => {
  const month = { $dateToString: { format: "%Y-%m", date: "$paidAt" } };
  response.json(
    await Payment.aggregate([
      { $match: { status: { $in: ["completed", "partially_refunded", "refunded"] } } },
      { $group: { _id: { month, method: "$method", currency: "$currency" }, amount: { $sum: "$amount" }, n: { $sum: 1 } } },
    ]),
  );
});

app.use((error, _request, response, _next) => response.status(500).json({ message: error.message }));
const server = app.listen(0, "127.0.0.1", () => console.log(`listening ${server.address().port}`));
// the one who asks keeps its connection while it measures something else
server.keepAliveTimeout = 0;
process.stdin.on("end", () => process.exit(0)).resume();
