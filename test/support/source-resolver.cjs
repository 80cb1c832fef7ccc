/** Finds `./x.ts` where our own sources import `./x.js`, as TypeScript's NodeNext does. */
module.exports = (request, options) => {
  const isOwn = /^\.{1,2}\//.test(request) && !options.basedir.includes('node_modules');
  if (isOwn && request.endsWith('.js')) {
    try {
      return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
    } catch {
      // A plain JavaScript file.
    }
  }
  return options.defaultResolver(request, options);
};
