// The search completes every word of a question: "I" finds "increase" and "image", "do" finds "document", and
// "releasing" finds nothing but itself. So words that are in any question are left out before it is asked, and
// endings are cut off. It gets its questions as messages of type 2.
{
  const COMMON = new Set(
    `a about after all an and any are as at be before but by can could did do does doing for from get gets getting
    had has have how i if in into is it its just like make makes making me my need no not of on one only or our out
    please s should so some somebody t than that the their them then there these this to until use using want was we
    were what whats when where which while who whose why will with would you your`.split(/\s+/),
  );

  const stem = (word) => word.replace(/^([A-Za-z]{4,}?)(?:ing|ed|ies|es|s|e|y)$/, "$1");

  const asked = (question) => {
    // A sign in front of a word has a meaning there; a message with an option in it does not mean that.
    const words = question.split(/\s+/).map((word) => word.replace(/^[-+~^:]+/, ""));
    const left = words.filter((word) => {
      const letters = word.toLowerCase().replace(/[^a-z]/g, "");
      return !COMMON.has(letters) && (letters.length > 2 || /[0-9]/.test(word));
    });
    return left.length ? left.map(stem).join(" ") : question;
  };

  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...more) {
    const isQuestion = message && message.type === 2 && typeof message.data === "string";
    return post.call(this, isQuestion ? { ...message, data: asked(message.data) } : message, ...more);
  };
}
