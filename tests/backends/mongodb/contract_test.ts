import { testMessageStore } from "../../contract/messages_contract.ts";
import { openMongo } from "./opened.ts";

testMessageStore("MongoDB", openMongo);
