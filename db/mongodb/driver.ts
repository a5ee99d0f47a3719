/**
 * What is taken of the driver, in a module that can be loaded late: a bundler gives an `import()` of a CommonJS package
 * no names.
 *
 * @module
 */
export { MongoClient, ReadConcern } from "mongodb";
