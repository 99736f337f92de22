/**
 * The seed schema's four models as a Mongoose program declares them, with its virtuals; and two trails of
 * its own (the seed's "transaction log"), so that a payment recorded here leaves as many documents as one
 * recorded by a desktop.
 *
 * Deliberately absent: indexes. The desktop's migrations have made them; Mongoose would make them again.
 */
import mongoose from "mongoose";

const { Schema, model } = mongoose;
const { ObjectId } = Schema.Types;
const options = { timestamps: true, autoIndex: false, toJSON: { virtuals: true }, toObject: { virtuals: true } };

const user = new Schema(
  {
    name: { type: String, required: true, trim: true, maxlength: 100 },
    email: {
      type: String,
      required: true,
      lowercase: true,
      match: /^\w+([.-]?\w+)*@\w+([.-]?\w+)*(\.\w{2,3})+$/,
    },
    password: { type: String, required: true, minlength: 8, select: false },
    role: { type: String, enum: ["student", "admin", "instructor"], default: "student" },
    status: { type: String, enum: ["active", "inactive", "suspended"], default: "active" },
    emailVerified: { type: Boolean, default: false },
    emailVerificationToken: String,
    emailVerificationExpires: Date,
    passwordResetToken: String,
    passwordResetExpires: Date,
    profile: {
      phone: { type: String, match: /^\+?[\d\s\-()]+$/ },
      dateOfBirth: Date,
      gender: { type: String, enum: ["male", "female", "other", "prefer-not-to-say"] },
      address: { street: String, city: String, state: String, country: String, zipCode: String },
      bio: { type: String, maxlength: 500 },
      avatar: String,
      website: String,
      socialLinks: { linkedin: String, twitter: String, github: String },
    },
    lastLoginAt: Date,
    loginAttempts: { type: Number, default: 0 },
    lockUntil: Date,
    preferences: {
      emailNotifications: { type: Boolean, default: true },
      smsNotifications: { type: Boolean, default: false },
      marketingEmails: { type: Boolean, default: true },
      language: { type: String, default: "en" },
      timezone: { type: String, default: "UTC" },
    },
  },
  options,
);
user.virtual("fullName").get(function () {
  return this.name;
});
user.virtual("isLocked").get(function () {
  return Boolean(this.lockUntil && this.lockUntil > Date.now());
});
user.virtual("enrollmentCount", { ref: "Enrollment", localField: "_id", foreignField: "user", count: true });

const course = new Schema(
  {
    title: { type: String, required: true, trim: true, maxlength: 200 },
    slug: { type: String, lowercase: true, match: /^[a-z0-9-]+$/ },
    description: { type: String, required: true, maxlength: 500 },
    fullDescription: { type: String, maxlength: 5000 },
    category: {
      type: String,
      required: true,
      enum: ["Programming", "Design", "Business", "Marketing", "Data Science", "Other"],
    },
    subcategory: String,
    level: { type: String, required: true, enum: ["Beginner", "Intermediate", "Advanced"] },
    tags: [{ type: String, trim: true, lowercase: true }],
    price: { type: Number, required: true, min: 0 },
    originalPrice: Number,
    currency: { type: String, default: "USD", enum: ["USD", "EUR", "GBP", "BDT"] },
    duration: { weeks: Number, hours: Number, description: String },
    totalLessons: { type: Number, default: 0 },
    curriculum: [
      {
        module: { type: String, required: true },
        description: String,
        duration: String,
        lessons: [
          {
            title: String,
            description: String,
            duration: String,
            type: { type: String, enum: ["video", "text", "quiz", "assignment"], default: "video" },
            isFree: { type: Boolean, default: false },
          },
        ],
      },
    ],
    requirements: [String],
    whatYouWillLearn: [String],
    targetAudience: [String],
    instructor: { type: ObjectId, ref: "User", required: true },
    thumbnail: String,
    previewVideo: String,
    materials: [
      {
        type: { type: String, enum: ["video", "document", "code", "quiz", "assignment"], required: true },
        title: String,
        description: String,
        url: String,
        duration: String,
        fileSize: Number,
        downloadable: { type: Boolean, default: false },
      },
    ],
    status: { type: String, enum: ["draft", "published", "archived", "under-review"], default: "draft" },
    isPublic: { type: Boolean, default: true },
    publishedAt: Date,
    enrollmentCount: { type: Number, default: 0 },
    viewCount: { type: Number, default: 0 },
    rating: {
      average: { type: Number, default: 0, min: 0, max: 5 },
      count: { type: Number, default: 0 },
    },
    seo: { metaTitle: String, metaDescription: String, keywords: [String] },
  },
  options,
);

const enrollment = new Schema(
  {
    user: { type: ObjectId, ref: "User", required: true },
    course: { type: ObjectId, ref: "Course", required: true },
    status: {
      type: String,
      enum: ["pending", "active", "completed", "cancelled", "refunded"],
      default: "pending",
    },
    enrollmentDate: { type: Date, default: Date.now },
    startDate: Date,
    completionDate: Date,
    expirationDate: Date,
    progress: {
      percentage: { type: Number, default: 0, min: 0, max: 100 },
      completedLessons: [{ lessonId: String, completedAt: Date, timeSpent: Number }],
      totalTimeSpent: { type: Number, default: 0 },
      lastAccessedAt: Date,
      currentLesson: String,
    },
    assessments: [
      {
        assessmentId: String,
        score: Number,
        maxScore: Number,
        attempts: Number,
        completedAt: Date,
        passed: Boolean,
      },
    ],
    finalScore: Number,
    certificateIssued: { type: Boolean, default: false },
    certificateId: String,
    certificateUrl: String,
    payment: {
      amount: Number,
      currency: String,
      method: String,
      transactionId: String,
      paymentIntentId: String,
      status: { type: String, enum: ["pending", "completed", "failed", "refunded"], default: "pending" },
      paidAt: Date,
      refundedAt: Date,
      refundAmount: Number,
    },
    accessLevel: { type: String, enum: ["full", "preview", "limited"], default: "full" },
    downloadedMaterials: [String],
    notes: [
      { lessonId: String, content: String, timestamp: Number, createdAt: { type: Date, default: Date.now } },
    ],
    review: {
      rating: { type: Number, min: 1, max: 5 },
      comment: String,
      reviewedAt: Date,
      helpful: { type: Number, default: 0 },
    },
  },
  options,
);

const payment = new Schema(
  {
    user: { type: ObjectId, ref: "User", required: true },
    course: { type: ObjectId, ref: "Course", required: true },
    enrollment: { type: ObjectId, ref: "Enrollment" },
    amount: { type: Number, required: true, min: 0 },
    currency: { type: String, required: true, default: "USD" },
    originalAmount: Number,
    discountAmount: Number,
    discountCode: String,
    taxAmount: Number,
    method: { type: String, required: true, enum: ["stripe", "sslcommerz", "cash"] },
    provider: {
      paymentIntentId: String,
      chargeId: String,
      sessionId: String,
      transactionId: String,
      merchantTransactionId: String,
    },
    status: {
      type: String,
      enum: ["pending", "processing", "completed", "failed", "cancelled", "refunded", "partially_refunded"],
      default: "pending",
    },
    createdAt: { type: Date, default: Date.now },
    paidAt: Date,
    failedAt: Date,
    cancelledAt: Date,
    refunds: [
      {
        amount: Number,
        reason: String,
        refundId: String,
        refundedAt: Date,
        status: { type: String, enum: ["pending", "succeeded", "failed"], default: "pending" },
      },
    ],
    customer: {
      name: String,
      email: String,
      phone: String,
      address: {
        line1: String,
        line2: String,
        city: String,
        state: String,
        country: String,
        postalCode: String,
      },
    },
    receiptUrl: String,
    receiptNumber: String,
    invoiceUrl: String,
    description: String,
    metadata: {
      userAgent: String,
      ipAddress: String,
      source: String,
      campaignId: String,
      affiliateId: String,
    },
    errorDetails: { code: String, message: String, timestamp: Date },
  },
  options,
);

const row = { strict: false, versionKey: false, autoIndex: false };

export const User = model("User", user);
export const Course = model("Course", course);
export const Enrollment = model("Enrollment", enrollment);
export const Payment = model("Payment", payment);
export const Transaction = model("Transaction", new Schema({ _id: String }, { ...row, collection: "transactions" }));
export const Activity = model("Activity", new Schema({ _id: String }, { ...row, collection: "activities" }));
