// Its ES modules import a name that `node:util` has lost in Node 23, for rules (`chain`, `race`) that nobody uses here; its
// CommonJS modules look that name up only when such a rule runs. Only a CommonJS module gets them, bundled or not.
module.exports = require('graphql-shield')
