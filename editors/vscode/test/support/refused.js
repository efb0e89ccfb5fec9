// Prints what the user is told when the server refuses to start.
"use strict";

const { activated, ours } = require("./activated");

activated(ours("refuse")).then(({ errors }) => console.log(errors.join("\n")));
