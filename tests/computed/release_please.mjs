// Has release-please make its pull request for a repository on this disk, and writes what that would change.
//   node release_please.mjs NODE_MODULES FOLDER
// In place of GitHub it gets the commits and tags of the folder.
import { createRequire } from 'node:module'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
const require = createRequire(process.argv[2] + '/x.js')
const { Manifest } = require('release-please')
const folder = process.argv[3]
const git = (...words) => execFileSync('git', words, { cwd: folder, encoding: 'utf8' }).trim()
const read = (path) => fs.readFileSync(`${folder}/${path}`, 'utf8')
const tags = git('tag').split('\n').filter(Boolean).map((name) => ({ name, tagName: name, sha: git('rev-parse', `${name}^{commit}`), notes: '', url: '' }))
const commits = git('log', '--format=%H').split('\n').map((sha) => ({ sha, message: git('log', '-1', '--format=%B', sha), files: ['info.json'] }))
async function* each(items) { yield* items }
const github = {
  repository: { owner: 'demo', repo: 'lamp-post', defaultBranch: 'main' },
  getFileJson: async (path) => JSON.parse(read(path)),
  getFileContentsOnBranch: async (path) => ({ parsedContent: read(path), content: '', sha: '', mode: '' }),
  findFilesByGlobAndRef: async (path) => [path],
  mergeCommitIterator: () => each(commits),
  releaseIterator: () => each(tags),
  tagIterator: () => each(tags),
  pullRequestIterator: () => each([]),
}
const manifest = await Manifest.fromManifest(github, 'main')
for (const request of await manifest.buildPullRequests([], [])) {
  console.log(request.title.toString())
  for (const { path, createIfMissing, updater } of request.updates) {
    const there = fs.existsSync(`${folder}/${path}`)
    if (there || createIfMissing) fs.writeFileSync(`${folder}/${path}`, updater.updateContent(there ? read(path) : undefined))
  }
}
