import { pageParameters } from "../http/list-parameters.ts";

/** The query parameters of the list. */
export const LOCATIONS_PARAMETERS = pageParameters("loc");
