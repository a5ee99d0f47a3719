import assert from "node:assert/strict";
import { PAGE_FILES_MODULE, pageFilesModule } from "../support/page_files.ts";

Deno.test("routes/page_files.ts names just the files of static/ (mend it by `deno task page`)", async () => {
  assert.equal(await Deno.readTextFile(PAGE_FILES_MODULE), await pageFilesModule());
});
