// The app of ../bolt_app.py in JavaScript, as anyone would write it.
// It gets its addresses and tokens from the environment and prints READY, then its port.

const { App } = require("@slack/bolt");

const { SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, MODE } = process.env;

const app = new App({
  token: SLACK_BOT_TOKEN,
  signingSecret: SLACK_SIGNING_SECRET,
  socketMode: MODE === "socket",
  appToken: SLACK_APP_TOKEN,
  clientOptions: { slackApiUrl: SLACK_API_URL },
});

const FRUIT = ["apple", "apricot", "pear"];

const plain = (text) => ({ type: "plain_text", text });

const form = {
  type: "modal",
  callback_id: "order",
  title: plain("Order"),
  submit: plain("Send"),
  blocks: [
    {
      type: "input",
      block_id: "amount",
      label: plain("How many"),
      element: { type: "plain_text_input", action_id: "amount" },
    },
    {
      type: "input",
      block_id: "what",
      label: plain("What"),
      element: { type: "external_select", action_id: "fruit", min_query_length: 1 },
    },
  ],
};

const section = (text) => ({ type: "section", text: { type: "mrkdwn", text } });

const deliverButton = {
  type: "actions",
  elements: [{ type: "button", action_id: "deliver", text: plain("Deliver"), value: "1" }],
};

app.command("/order", async ({ ack, body, client }) => {
  await ack();
  await client.views.open({ trigger_id: body.trigger_id, view: form });
});

app.options("fruit", async ({ ack, payload }) => {
  const fitting = FRUIT.filter((name) => name.startsWith(payload.value));
  await ack({ options: fitting.map((name) => ({ text: plain(name), value: name })) });
});

app.view("order", async ({ ack, view, body, client }) => {
  const { amount, what } = view.state.values;
  if (!/^\d+$/.test(amount.amount.value)) {
    await ack({ response_action: "errors", errors: { amount: "A number, please." } });
    return;
  }
  await ack();
  const text = `<@${body.user.id}> wants ${amount.amount.value} x ${what.fruit.selected_option.value}`;
  await client.chat.postMessage({
    channel: "C0ORDERS",
    text,
    blocks: [section(text), deliverButton],
  });
});

app.action("deliver", async ({ ack, body, client, respond }) => {
  await ack();
  const text = `delivered by <@${body.user.id}>`;
  await client.chat.update({
    channel: body.channel.id,
    ts: body.message.ts,
    text,
    blocks: [section(text)],
  });
  await respond({ text: "thank you", replace_original: false });
});

app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({
    user_id: event.user,
    view: { type: "home", blocks: [section("no open orders")] },
  });
});

app.event("app_mention", async ({ event, say }) => {
  await say({ text: "at your service", thread_ts: event.ts });
});

app.event("message", async () => {});

(async () => {
  const server = await app.start({ port: 0, host: "127.0.0.1" });
  const port = MODE === "socket" ? 0 : server.address().port;
  process.stdout.write(`READY ${port}\n`);
})();
