/** German for what the program says about accounts, signing in, codes, passwords and desktops. */
import type { Sentences } from "./sentence";

export const ACCOUNTS: Sentences = {
  "The e-mail address or the password is wrong.": "Die E-Mail-Adresse oder das Passwort ist falsch.",
  "Too many failed sign-ins. Try again in {wait}, or ask an administrator.":
    "Zu viele Fehlversuche. Versuchen Sie es in {wait} noch einmal, oder wenden Sie sich an die Verwaltung.",
  "This was asked for too often. Try again in {number} minutes, or ask an administrator.":
    "Das wurde zu oft verlangt. Versuchen Sie es in {number} Minuten noch einmal, oder wenden Sie sich an die Verwaltung.",
  "This account is not open yet: its address has to be confirmed with the code that was sent there, or an administrator opens it.":
    "Dieses Konto ist noch nicht offen: Seine Adresse muss mit dem Code bestätigt werden, der dorthin ging, oder die Verwaltung öffnet es.",
  "This account is closed. Ask an administrator to open it.":
    "Dieses Konto ist geschlossen. Bitten Sie die Verwaltung, es zu öffnen.",
  "Enter the code.": "Geben Sie den Code ein.",
  "Enter your e-mail address.": "Geben Sie Ihre E-Mail-Adresse ein.",
  "Enter your password.": "Geben Sie Ihr Passwort ein.",
  "This institution has no active administrator and cannot be used before it has one.":
    "Diese Einrichtung hat keine aktive Verwaltung und kann nicht benutzt werden, bevor sie eine hat.",
  "This desktop keeps the records of one person, and only that person signs in here.":
    "An diesem Arbeitsplatz liegen die Akten einer Person, und nur sie meldet sich hier an.",
  "This is not your password.": "Das ist nicht Ihr Passwort.",
  "The password is wrong.": "Das Passwort ist falsch.",
  "Your session has ended. Please sign in.": "Ihre Sitzung ist beendet. Bitte melden Sie sich an.",
  "The window is locked. Enter your password.": "Das Fenster ist gesperrt. Geben Sie Ihr Passwort ein.",
  "Nobody is signed in.": "Niemand ist angemeldet.",
  "Sign in first.": "Melden Sie sich zuerst an.",
  "Your role does not allow this.": "Ihre Rolle erlaubt das nicht.",
  "Only a person has an account.": "Nur eine Person hat ein Konto.",
  "A password is needed.": "Ein Passwort ist nötig.",
  "The password is longer than {number} bytes.": "Das Passwort ist länger als {number} Byte.",
  "A password has 8 or more characters, among them a lower-case letter, an upper-case letter and a digit.":
    "Ein Passwort hat mindestens 8 Zeichen, darunter ein Kleinbuchstabe, ein Großbuchstabe und eine Ziffer.",
  "This password is too easy to guess: it is common, or made of your name, a date or a pattern. Choose another one.":
    "Dieses Passwort ist zu leicht zu erraten: Es ist verbreitet oder besteht aus Ihrem Namen, einem Datum oder einem Muster. Wählen Sie ein anderes.",
  "Choose a passphrase for the file.": "Wählen Sie eine Passphrase für die Datei.",
  "This passphrase is too easy to guess. Take {number} or more characters, best four words that do not belong together.":
    "Diese Passphrase ist zu leicht zu erraten. Nehmen Sie {number} oder mehr Zeichen, am besten vier Wörter, die nicht zusammengehören.",
  "A passphrase has {number} or more characters.": "Eine Passphrase hat {number} oder mehr Zeichen.",
  "This workspace is protected by a passphrase.":
    "Dieser Arbeitsbereich ist durch eine Passphrase geschützt.",
  "Enter your present password.": "Geben Sie Ihr jetziges Passwort ein.",
  "This is not your present password.": "Das ist nicht Ihr jetziges Passwort.",
  "Choose a password you do not have yet.": "Wählen Sie ein Passwort, das Sie noch nicht haben.",
  "Your password was changed in the meantime. Sign in with the new one.":
    "Ihr Passwort wurde inzwischen geändert. Melden Sie sich mit dem neuen an.",
  "This is the session you are working in. Sign out to end it.":
    "In dieser Sitzung arbeiten Sie gerade. Melden Sie sich ab, um sie zu beenden.",
  "This is your own account. Sign out everywhere in your profile.":
    "Das ist Ihr eigenes Konto. Überall abmelden können Sie sich in Ihrem Profil.",
  "This code is wrong or was used before. Enter the one your authenticator shows now.":
    "Dieser Code ist falsch oder wurde schon benutzt. Geben Sie den ein, den Ihre Authentifikator-App jetzt zeigt.",
  "Enter the code your authenticator shows, or one of your recovery codes.":
    "Geben Sie den Code Ihrer Authentifikator-App oder einen Ihrer Wiederherstellungscodes ein.",
  "This is not the code your authenticator shows now. Check the clock of the device it is on.":
    "Das ist nicht der Code, den Ihre Authentifikator-App jetzt zeigt. Prüfen Sie die Uhr des Geräts, auf dem sie ist.",
  "Begin anew: the offer for your authenticator is no longer there.":
    "Fangen Sie noch einmal an: Das Angebot für Ihre Authentifikator-App gilt nicht mehr.",
  "You have no second factor.": "Sie haben keinen zweiten Faktor.",
  "Take your own second factor away in your profile, with your password.":
    "Ihren eigenen zweiten Faktor entfernen Sie in Ihrem Profil, mit Ihrem Passwort.",
  "Your password was set by somebody else since: enter one of your recovery codes, or ask an administrator.":
    "Ihr Passwort wurde seither von jemand anderem gesetzt: Geben Sie einen Wiederherstellungscode ein, oder wenden Sie sich an die Verwaltung.",
  "Your institution requires a second factor of your role. Set it up first.":
    "Ihre Einrichtung verlangt von Ihrer Rolle einen zweiten Faktor. Richten Sie ihn zuerst ein.",
  "This code is not good, or not any more. Look at it again, or ask for a new one.":
    "Dieser Code gilt nicht oder nicht mehr. Sehen Sie noch einmal nach, oder verlangen Sie einen neuen.",
  "A code has 20 letters and digits. Some are missing, or one is none of a code's.":
    "Ein Code hat 20 Buchstaben und Ziffern. Einige fehlen, oder eines der Zeichen kommt in keinem Code vor.",
  "The account of {name} is closed. Activate it before you give a code out.":
    "Das Konto von {name} ist geschlossen. Aktivieren Sie es, bevor Sie einen Code ausgeben.",
  "One-time codes are given out and taken at the desktops of the office. From here, ask an administrator to set a new password.":
    "Einmalcodes werden an den Arbeitsplätzen der Verwaltung ausgegeben und angenommen. Bitten Sie von hier aus die Verwaltung, ein neues Passwort zu setzen.",
  "This desktop sends no mail. Ask an administrator for a one-time code.":
    "Dieser Arbeitsplatz verschickt keine E-Mail. Bitten Sie die Verwaltung um einen Einmalcode.",
  "This address is confirmed already.": "Diese Adresse ist schon bestätigt.",
  "This institution makes accounts itself. Ask its office for one.":
    "Diese Einrichtung legt Konten selbst an. Bitten Sie ihr Büro darum.",
  "The institution needs a name.": "Die Einrichtung braucht einen Namen.",
  "There is already an institution in {path}.": "In {path} gibt es schon eine Einrichtung.",
  "The folder {path} is not empty. Choose another one.":
    "Der Ordner {path} ist nicht leer. Wählen Sie einen anderen.",
  "{path} cannot hold a workspace.": "{path} kann keinen Arbeitsbereich aufnehmen.",
  "You have not signed in on this desktop before, and it cannot reach the institution's server. Connect it to the network for your first sign-in; it is trying again now.":
    "Sie haben sich an diesem Arbeitsplatz noch nie angemeldet, und er erreicht den Server der Einrichtung nicht. Verbinden Sie ihn für Ihre erste Anmeldung mit dem Netz; er versucht es gerade wieder.",
  "This desktop has not reached the institution's server for more than {number} days, so nobody of your role can sign in here without it. Connect it to the network and sign in again; it is trying now. Nothing of yours is lost.":
    "Dieser Arbeitsplatz hat den Server der Einrichtung seit mehr als {number} Tagen nicht erreicht; ohne ihn kann sich hier niemand Ihrer Rolle anmelden. Verbinden Sie ihn mit dem Netz und melden Sie sich noch einmal an; er versucht es gerade. Nichts von Ihnen ist verloren.",
  "An administrator has shut this desktop out of the institution.":
    "Die Verwaltung hat diesen Arbeitsplatz aus der Einrichtung ausgesperrt.",
  "Somebody has joined with this invitation already. If that was not you, tell an administrator: the desktop can be shut out.":
    "Mit dieser Einladung ist schon jemand beigetreten. Wenn Sie das nicht waren, sagen Sie es der Verwaltung: Der Arbeitsplatz lässt sich aussperren.",
  "An administrator has withdrawn this invitation. Ask for a new one.":
    "Die Verwaltung hat diese Einladung zurückgezogen. Bitten Sie um eine neue.",
  "The time of this invitation is over. Ask an administrator for a new one.":
    "Diese Einladung ist abgelaufen. Bitten Sie die Verwaltung um eine neue.",
  "Shut the desktop out first.": "Sperren Sie den Arbeitsplatz zuerst aus.",
  "Somebody may just have joined with this invitation. Try again in an hour, or withdraw it first.":
    "Gerade eben könnte noch jemand mit dieser Einladung beigetreten sein. Versuchen Sie es in einer Stunde noch einmal, oder ziehen Sie sie zuerst zurück.",
  "An invitation can be used for 1 to {number} days.": "Eine Einladung gilt 1 bis {number} Tage.",
  "This is the desktop you are working at. Another one has to shut it out, or leave the server here.":
    "An diesem Arbeitsplatz arbeiten Sie gerade. Ein anderer muss ihn aussperren, oder Sie verlassen hier den Server.",
  "Desktop {name} is shut out already.": "Der Arbeitsplatz {name} ist schon ausgesperrt.",
  "The institution's server refuses the login of this invitation. It may have been withdrawn; ask an administrator for a new one.":
    "Der Server der Einrichtung nimmt den Zugang dieser Einladung nicht an. Vielleicht wurde sie zurückgezogen; bitten Sie die Verwaltung um eine neue.",
  "The passphrase or code is not the one this file was sealed with.":
    "Mit dieser Passphrase oder diesem Code wurde die Datei nicht versiegelt.",
  "The passphrase is not the one this device's secrets were sealed with.":
    "Mit dieser Passphrase wurden die Geheimnisse dieses Geräts nicht versiegelt.",
  "This is not a file sealed by Matricula.": "Das ist keine von Matricula versiegelte Datei.",
  "The file is damaged: it was altered or cut short after it was made.":
    "Die Datei ist beschädigt: Sie wurde nachträglich verändert oder abgeschnitten.",
  "No keyring that can keep secrets answers on this system. Start it and try again; a new workspace can use a passphrase for this device instead.":
    "Auf diesem System antwortet kein Schlüsselbund, der Geheimnisse aufbewahren kann. Starten Sie ihn und versuchen Sie es noch einmal; ein neuer Arbeitsbereich kann stattdessen eine Passphrase für dieses Gerät benutzen.",
  "The system's keyring is locked, and was not unlocked. Try again and enter its password when your system asks for it.":
    "Der Schlüsselbund des Systems ist gesperrt und wurde nicht entsperrt. Versuchen Sie es noch einmal und geben Sie sein Passwort ein, wenn Ihr System danach fragt.",
  "Stopped; nothing was done here.": "Abgebrochen; hier wurde nichts getan.",
  "Stopped; not everything was looked at.": "Abgebrochen; es wurde nicht alles angesehen.",
  "Stopped; no file was written.": "Abgebrochen; es wurde keine Datei geschrieben.",
  "Stopped; no file was saved.": "Abgebrochen; es wurde keine Datei gespeichert.",
  "Whoever made this change may not make it any more: their role was changed or their account closed before it reached the server.":
    "Wer diese Änderung gemacht hat, darf es nicht mehr: Die Rolle wurde geändert oder das Konto geschlossen, bevor sie den Server erreichte.",
  "This is your own account. Change your password in your profile, where your present one is asked for.":
    "Das ist Ihr eigenes Konto. Ändern Sie Ihr Passwort in Ihrem Profil, wo nach dem jetzigen gefragt wird.",
  "This computer's clock is before the moment the institution's server last answered, so nobody can tell how long ago that was. Set the clock right, or connect this desktop to the network; it is trying now. Nothing of yours is lost.":
    "Die Uhr dieses Computers liegt vor dem Augenblick, in dem der Server der Einrichtung zuletzt geantwortet hat; so weiß niemand, wie lange das her ist. Stellen Sie die Uhr richtig, oder verbinden Sie diesen Arbeitsplatz mit dem Netz; er versucht es gerade. Nichts von Ihnen ist verloren.",
};
