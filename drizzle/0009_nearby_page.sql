CREATE FUNCTION nearby_anything_3d699ea6d830cf50(availability[], int, timestamptz, float8[], float8[], float8, float8, float8, bigint[], bigint[], int[], bigint, float8, uuid, uuid, int) RETURNS text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $function$
BEGIN
RETURN (WITH RECURSIVE walk (band, found, nearness, stock) AS (
SELECT 0, 0::bigint, NULL::float8[], NULL::stock_rows[]
UNION ALL
SELECT walk.band + 1, walk.found + hits.found, hits.nearness, hits.stock
FROM walk CROSS JOIN LATERAL (
SELECT count(*) AS found, array_agg(nearness) AS nearness, array_agg(stock) AS stock
FROM (
SELECT l.nearness, stock.stock
FROM (SELECT location_id, partner_id, distance_m AS nearness
FROM (SELECT location_id, partner_id, sqrt(chord2 + spread2 * spread2 * ('1'::float8 / girth2 + spread2 * '6.714012053629978e-30'::float8)) AS distance_m
FROM (SELECT location_id, partner_id, chord2, girth2, chord2 + '0.006739496742276434'::float8 * rise2 AS spread2
FROM (SELECT location_id, partner_id, ($6::float8 - x_m) * ($6::float8 - x_m) + ($7::float8 - y_m) * ($7::float8 - y_m) + ($8::float8 - z_m) * ($8::float8 - z_m) AS chord2, ($8::float8 - z_m) * ($8::float8 - z_m) AS rise2,
'488167579089228'::float8 + '0.08141901070338707'::float8 * ($8::float8 * z_m) AS girth2
FROM unnest(($9::bigint[])[($11::int[])[(walk.band + 1)] : ($11::int[])[(walk.band + 1) + 1] - 1], ($10::bigint[])[($11::int[])[(walk.band + 1)] : ($11::int[])[(walk.band + 1) + 1] - 1]) AS range (lo, hi)
CROSS JOIN LATERAL (SELECT location_id, partner_id, x_m, y_m, z_m FROM locations WHERE h3_cell BETWEEN range.lo AND range.hi OFFSET 0) AS candidate OFFSET 0) AS squared OFFSET 0) AS spread) AS measured
WHERE distance_m > ($5::float8[])[(walk.band + 1)] AND distance_m <= ($4::float8[])[(walk.band + 1)]
ORDER BY distance_m OFFSET 0) AS l
CROSS JOIN LATERAL (SELECT s.item_id, s AS stock FROM stock_rows s
WHERE s.location_id = l.location_id AND s.partner_id = l.partner_id AND s.listed
  AND EXISTS (SELECT FROM partners p WHERE p.partner_id = l.partner_id AND p.status = 'approved')
  AND s.availability = ANY ($1::availability[])
  AND (greatest(s.quantity - s.reserved, 0) >= $2::int OR s.availability IN ('on_request', 'scheduled_only'))
  AND s.verified_at >= $3::timestamptz
  AND (l.nearness, s.item_id, s.location_id) > ($13::float8, $14::uuid, $15::uuid)
ORDER BY s.item_id LIMIT $12::bigint - walk.found) AS stock
ORDER BY l.nearness, stock.item_id, l.location_id LIMIT $12::bigint - walk.found) AS hit
) AS hits
WHERE walk.band < $16::int AND walk.found < $12::bigint
), page AS (
SELECT hit.* FROM walk CROSS JOIN LATERAL unnest(walk.nearness, walk.stock) AS hit (nearness)) SELECT '{' || '"rows":[' || coalesce((SELECT string_agg(json_build_array(i.item_id, i.external_ref, i.title, i.brand, i.category, i.gtin, i.image_url, i.buy_url, s.price_amount::text, s.price_currency, greatest(s.quantity - s.reserved, 0), s.availability, s.verification_method, (date_part('epoch', s.verified_at) * 1000)::int8, s.proof_id, f.kind, f.media_url, encode(f.sha256, 'hex'), (date_part('epoch', f.captured_at) * 1000)::int8, (date_part('epoch', f.received_at) * 1000)::int8, f.distance_from_location_m, s.location_id, s.partner_id, s.nearness)::text, ',' ORDER BY s.nearness, s.item_id, s.location_id)
FROM page AS s
LEFT JOIN LATERAL (SELECT * FROM proofs WHERE proof_id = s.proof_id AND partner_id = s.partner_id OFFSET 0) AS f ON true
CROSS JOIN LATERAL (SELECT * FROM items WHERE item_id = s.item_id AND partner_id = s.partner_id OFFSET 0) AS i), '') || '],"locations":[' || coalesce((SELECT string_agg(json_build_array(location.location_id, location.name, partner.name, location.lat, location.lng, location.timezone, location.opening_hours, location.delivery_radius_m, location.prep_minutes, location.speed_kmh)::text, ',')
FROM (SELECT DISTINCT location_id, partner_id FROM page) AS shown
CROSS JOIN LATERAL (SELECT * FROM locations WHERE location_id = shown.location_id AND partner_id = shown.partner_id OFFSET 0) AS location
CROSS JOIN LATERAL (SELECT * FROM partners WHERE partner_id = shown.partner_id OFFSET 0) AS partner), '') || ']' || '}');
END
$function$;
--> statement-breakpoint
CREATE FUNCTION nearby_category_34a8fff71a718cd3(text, availability[], int, timestamptz, float8[], float8[], float8, float8, float8, bigint[], bigint[], int[], bigint, float8, uuid, uuid, int) RETURNS text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $function$
BEGIN
RETURN (WITH RECURSIVE walk (band, found, nearness, stock) AS (
SELECT 0, 0::bigint, NULL::float8[], NULL::stock_rows[]
UNION ALL
SELECT walk.band + 1, walk.found + hits.found, hits.nearness, hits.stock
FROM walk CROSS JOIN LATERAL (
SELECT count(*) AS found, array_agg(nearness) AS nearness, array_agg(stock) AS stock
FROM (
SELECT l.nearness, stock.stock
FROM (SELECT location_id, partner_id, distance_m AS nearness
FROM (SELECT location_id, partner_id, sqrt(chord2 + spread2 * spread2 * ('1'::float8 / girth2 + spread2 * '6.714012053629978e-30'::float8)) AS distance_m
FROM (SELECT location_id, partner_id, chord2, girth2, chord2 + '0.006739496742276434'::float8 * rise2 AS spread2
FROM (SELECT location_id, partner_id, ($7::float8 - x_m) * ($7::float8 - x_m) + ($8::float8 - y_m) * ($8::float8 - y_m) + ($9::float8 - z_m) * ($9::float8 - z_m) AS chord2, ($9::float8 - z_m) * ($9::float8 - z_m) AS rise2,
'488167579089228'::float8 + '0.08141901070338707'::float8 * ($9::float8 * z_m) AS girth2
FROM unnest(($10::bigint[])[($12::int[])[(walk.band + 1)] : ($12::int[])[(walk.band + 1) + 1] - 1], ($11::bigint[])[($12::int[])[(walk.band + 1)] : ($12::int[])[(walk.band + 1) + 1] - 1]) AS range (lo, hi)
CROSS JOIN LATERAL (SELECT location_id, partner_id, x_m, y_m, z_m FROM locations WHERE h3_cell BETWEEN range.lo AND range.hi OFFSET 0) AS candidate OFFSET 0) AS squared OFFSET 0) AS spread) AS measured
WHERE distance_m > ($6::float8[])[(walk.band + 1)] AND distance_m <= ($5::float8[])[(walk.band + 1)]
ORDER BY distance_m OFFSET 0) AS l
CROSS JOIN LATERAL (SELECT s.item_id, s AS stock FROM items i JOIN stock_rows s ON s.item_id = i.item_id AND s.partner_id = i.partner_id AND i.partner_id = l.partner_id
WHERE s.location_id = l.location_id AND s.partner_id = l.partner_id AND s.listed
  AND EXISTS (SELECT FROM partners p WHERE p.partner_id = l.partner_id AND p.status = 'approved')
  AND i.category = $1::text
  AND s.availability = ANY ($2::availability[])
  AND (greatest(s.quantity - s.reserved, 0) >= $3::int OR s.availability IN ('on_request', 'scheduled_only'))
  AND s.verified_at >= $4::timestamptz
  AND (l.nearness, s.item_id, s.location_id) > ($14::float8, $15::uuid, $16::uuid)
ORDER BY s.item_id LIMIT $13::bigint - walk.found) AS stock
ORDER BY l.nearness, stock.item_id, l.location_id LIMIT $13::bigint - walk.found) AS hit
) AS hits
WHERE walk.band < $17::int AND walk.found < $13::bigint
), page AS (
SELECT hit.* FROM walk CROSS JOIN LATERAL unnest(walk.nearness, walk.stock) AS hit (nearness)) SELECT '{' || '"rows":[' || coalesce((SELECT string_agg(json_build_array(i.item_id, i.external_ref, i.title, i.brand, i.category, i.gtin, i.image_url, i.buy_url, s.price_amount::text, s.price_currency, greatest(s.quantity - s.reserved, 0), s.availability, s.verification_method, (date_part('epoch', s.verified_at) * 1000)::int8, s.proof_id, f.kind, f.media_url, encode(f.sha256, 'hex'), (date_part('epoch', f.captured_at) * 1000)::int8, (date_part('epoch', f.received_at) * 1000)::int8, f.distance_from_location_m, s.location_id, s.partner_id, s.nearness)::text, ',' ORDER BY s.nearness, s.item_id, s.location_id)
FROM page AS s
LEFT JOIN LATERAL (SELECT * FROM proofs WHERE proof_id = s.proof_id AND partner_id = s.partner_id OFFSET 0) AS f ON true
CROSS JOIN LATERAL (SELECT * FROM items WHERE item_id = s.item_id AND partner_id = s.partner_id OFFSET 0) AS i), '') || '],"locations":[' || coalesce((SELECT string_agg(json_build_array(location.location_id, location.name, partner.name, location.lat, location.lng, location.timezone, location.opening_hours, location.delivery_radius_m, location.prep_minutes, location.speed_kmh)::text, ',')
FROM (SELECT DISTINCT location_id, partner_id FROM page) AS shown
CROSS JOIN LATERAL (SELECT * FROM locations WHERE location_id = shown.location_id AND partner_id = shown.partner_id OFFSET 0) AS location
CROSS JOIN LATERAL (SELECT * FROM partners WHERE partner_id = shown.partner_id OFFSET 0) AS partner), '') || ']' || '}');
END
$function$;
--> statement-breakpoint
CREATE FUNCTION nearby_word_97c6e160e2fbda07(text[], availability[], int, timestamptz, float8[], float8[], float8, float8, float8, bigint[], bigint[], int[], bigint, float8, uuid, uuid, int) RETURNS text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $function$
BEGIN
RETURN (WITH RECURSIVE walk (band, found, nearness, stock) AS (
SELECT 0, 0::bigint, NULL::float8[], NULL::stock_rows[]
UNION ALL
SELECT walk.band + 1, walk.found + hits.found, hits.nearness, hits.stock
FROM walk CROSS JOIN LATERAL (
SELECT count(*) AS found, array_agg(nearness) AS nearness, array_agg(stock) AS stock
FROM (
SELECT l.nearness, stock.stock
FROM (SELECT location_id, partner_id, distance_m AS nearness
FROM (SELECT location_id, partner_id, sqrt(chord2 + spread2 * spread2 * ('1'::float8 / girth2 + spread2 * '6.714012053629978e-30'::float8)) AS distance_m
FROM (SELECT location_id, partner_id, chord2, girth2, chord2 + '0.006739496742276434'::float8 * rise2 AS spread2
FROM (SELECT location_id, partner_id, ($7::float8 - x_m) * ($7::float8 - x_m) + ($8::float8 - y_m) * ($8::float8 - y_m) + ($9::float8 - z_m) * ($9::float8 - z_m) AS chord2, ($9::float8 - z_m) * ($9::float8 - z_m) AS rise2,
'488167579089228'::float8 + '0.08141901070338707'::float8 * ($9::float8 * z_m) AS girth2
FROM unnest(($10::bigint[])[($12::int[])[(walk.band + 1)] : ($12::int[])[(walk.band + 1) + 1] - 1], ($11::bigint[])[($12::int[])[(walk.band + 1)] : ($12::int[])[(walk.band + 1) + 1] - 1]) AS range (lo, hi)
CROSS JOIN LATERAL (SELECT location_id, partner_id, x_m, y_m, z_m FROM locations WHERE h3_cell BETWEEN range.lo AND range.hi OFFSET 0) AS candidate OFFSET 0) AS squared OFFSET 0) AS spread) AS measured
WHERE distance_m > ($6::float8[])[(walk.band + 1)] AND distance_m <= ($5::float8[])[(walk.band + 1)]
ORDER BY distance_m OFFSET 0) AS l
CROSS JOIN LATERAL (SELECT s.item_id, s AS stock FROM items i JOIN stock_rows s ON s.item_id = i.item_id AND s.partner_id = i.partner_id AND i.partner_id = l.partner_id
WHERE s.location_id = l.location_id AND s.partner_id = l.partner_id AND s.listed
  AND EXISTS (SELECT FROM partners p WHERE p.partner_id = l.partner_id AND p.status = 'approved')
  AND i.search_keys && $1::text[]
  AND s.availability = ANY ($2::availability[])
  AND (greatest(s.quantity - s.reserved, 0) >= $3::int OR s.availability IN ('on_request', 'scheduled_only'))
  AND s.verified_at >= $4::timestamptz
  AND (l.nearness, s.item_id, s.location_id) > ($14::float8, $15::uuid, $16::uuid)
ORDER BY s.item_id LIMIT $13::bigint - walk.found) AS stock
ORDER BY l.nearness, stock.item_id, l.location_id LIMIT $13::bigint - walk.found) AS hit
) AS hits
WHERE walk.band < $17::int AND walk.found < $13::bigint
), page AS (
SELECT hit.* FROM walk CROSS JOIN LATERAL unnest(walk.nearness, walk.stock) AS hit (nearness)) SELECT '{' || '"rows":[' || coalesce((SELECT string_agg(json_build_array(i.item_id, i.external_ref, i.title, i.brand, i.category, i.gtin, i.image_url, i.buy_url, s.price_amount::text, s.price_currency, greatest(s.quantity - s.reserved, 0), s.availability, s.verification_method, (date_part('epoch', s.verified_at) * 1000)::int8, s.proof_id, f.kind, f.media_url, encode(f.sha256, 'hex'), (date_part('epoch', f.captured_at) * 1000)::int8, (date_part('epoch', f.received_at) * 1000)::int8, f.distance_from_location_m, s.location_id, s.partner_id, s.nearness)::text, ',' ORDER BY s.nearness, s.item_id, s.location_id)
FROM page AS s
LEFT JOIN LATERAL (SELECT * FROM proofs WHERE proof_id = s.proof_id AND partner_id = s.partner_id OFFSET 0) AS f ON true
CROSS JOIN LATERAL (SELECT * FROM items WHERE item_id = s.item_id AND partner_id = s.partner_id OFFSET 0) AS i), '') || '],"locations":[' || coalesce((SELECT string_agg(json_build_array(location.location_id, location.name, partner.name, location.lat, location.lng, location.timezone, location.opening_hours, location.delivery_radius_m, location.prep_minutes, location.speed_kmh)::text, ',')
FROM (SELECT DISTINCT location_id, partner_id FROM page) AS shown
CROSS JOIN LATERAL (SELECT * FROM locations WHERE location_id = shown.location_id AND partner_id = shown.partner_id OFFSET 0) AS location
CROSS JOIN LATERAL (SELECT * FROM partners WHERE partner_id = shown.partner_id OFFSET 0) AS partner), '') || ']' || '}');
END
$function$;
--> statement-breakpoint
CREATE FUNCTION nearby_two_words_98f4921c386e3331(text[], text[], availability[], int, timestamptz, float8[], float8[], float8, float8, float8, bigint[], bigint[], int[], bigint, float8, uuid, uuid, int) RETURNS text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $function$
BEGIN
RETURN (WITH RECURSIVE walk (band, found, nearness, stock) AS (
SELECT 0, 0::bigint, NULL::float8[], NULL::stock_rows[]
UNION ALL
SELECT walk.band + 1, walk.found + hits.found, hits.nearness, hits.stock
FROM walk CROSS JOIN LATERAL (
SELECT count(*) AS found, array_agg(nearness) AS nearness, array_agg(stock) AS stock
FROM (
SELECT l.nearness, stock.stock
FROM (SELECT location_id, partner_id, distance_m AS nearness
FROM (SELECT location_id, partner_id, sqrt(chord2 + spread2 * spread2 * ('1'::float8 / girth2 + spread2 * '6.714012053629978e-30'::float8)) AS distance_m
FROM (SELECT location_id, partner_id, chord2, girth2, chord2 + '0.006739496742276434'::float8 * rise2 AS spread2
FROM (SELECT location_id, partner_id, ($8::float8 - x_m) * ($8::float8 - x_m) + ($9::float8 - y_m) * ($9::float8 - y_m) + ($10::float8 - z_m) * ($10::float8 - z_m) AS chord2, ($10::float8 - z_m) * ($10::float8 - z_m) AS rise2,
'488167579089228'::float8 + '0.08141901070338707'::float8 * ($10::float8 * z_m) AS girth2
FROM unnest(($11::bigint[])[($13::int[])[(walk.band + 1)] : ($13::int[])[(walk.band + 1) + 1] - 1], ($12::bigint[])[($13::int[])[(walk.band + 1)] : ($13::int[])[(walk.band + 1) + 1] - 1]) AS range (lo, hi)
CROSS JOIN LATERAL (SELECT location_id, partner_id, x_m, y_m, z_m FROM locations WHERE h3_cell BETWEEN range.lo AND range.hi OFFSET 0) AS candidate OFFSET 0) AS squared OFFSET 0) AS spread) AS measured
WHERE distance_m > ($7::float8[])[(walk.band + 1)] AND distance_m <= ($6::float8[])[(walk.band + 1)]
ORDER BY distance_m OFFSET 0) AS l
CROSS JOIN LATERAL (SELECT s.item_id, s AS stock FROM items i JOIN stock_rows s ON s.item_id = i.item_id AND s.partner_id = i.partner_id AND i.partner_id = l.partner_id
WHERE s.location_id = l.location_id AND s.partner_id = l.partner_id AND s.listed
  AND EXISTS (SELECT FROM partners p WHERE p.partner_id = l.partner_id AND p.status = 'approved')
  AND i.search_keys && $1::text[] AND i.search_keys && $2::text[]
  AND s.availability = ANY ($3::availability[])
  AND (greatest(s.quantity - s.reserved, 0) >= $4::int OR s.availability IN ('on_request', 'scheduled_only'))
  AND s.verified_at >= $5::timestamptz
  AND (l.nearness, s.item_id, s.location_id) > ($15::float8, $16::uuid, $17::uuid)
ORDER BY s.item_id LIMIT $14::bigint - walk.found) AS stock
ORDER BY l.nearness, stock.item_id, l.location_id LIMIT $14::bigint - walk.found) AS hit
) AS hits
WHERE walk.band < $18::int AND walk.found < $14::bigint
), page AS (
SELECT hit.* FROM walk CROSS JOIN LATERAL unnest(walk.nearness, walk.stock) AS hit (nearness)) SELECT '{' || '"rows":[' || coalesce((SELECT string_agg(json_build_array(i.item_id, i.external_ref, i.title, i.brand, i.category, i.gtin, i.image_url, i.buy_url, s.price_amount::text, s.price_currency, greatest(s.quantity - s.reserved, 0), s.availability, s.verification_method, (date_part('epoch', s.verified_at) * 1000)::int8, s.proof_id, f.kind, f.media_url, encode(f.sha256, 'hex'), (date_part('epoch', f.captured_at) * 1000)::int8, (date_part('epoch', f.received_at) * 1000)::int8, f.distance_from_location_m, s.location_id, s.partner_id, s.nearness)::text, ',' ORDER BY s.nearness, s.item_id, s.location_id)
FROM page AS s
LEFT JOIN LATERAL (SELECT * FROM proofs WHERE proof_id = s.proof_id AND partner_id = s.partner_id OFFSET 0) AS f ON true
CROSS JOIN LATERAL (SELECT * FROM items WHERE item_id = s.item_id AND partner_id = s.partner_id OFFSET 0) AS i), '') || '],"locations":[' || coalesce((SELECT string_agg(json_build_array(location.location_id, location.name, partner.name, location.lat, location.lng, location.timezone, location.opening_hours, location.delivery_radius_m, location.prep_minutes, location.speed_kmh)::text, ',')
FROM (SELECT DISTINCT location_id, partner_id FROM page) AS shown
CROSS JOIN LATERAL (SELECT * FROM locations WHERE location_id = shown.location_id AND partner_id = shown.partner_id OFFSET 0) AS location
CROSS JOIN LATERAL (SELECT * FROM partners WHERE partner_id = shown.partner_id OFFSET 0) AS partner), '') || ']' || '}');
END
$function$;
--> statement-breakpoint
CREATE FUNCTION nearby_three_words_649d128fd234f879(text[], text[], text[], availability[], int, timestamptz, float8[], float8[], float8, float8, float8, bigint[], bigint[], int[], bigint, float8, uuid, uuid, int) RETURNS text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $function$
BEGIN
RETURN (WITH RECURSIVE walk (band, found, nearness, stock) AS (
SELECT 0, 0::bigint, NULL::float8[], NULL::stock_rows[]
UNION ALL
SELECT walk.band + 1, walk.found + hits.found, hits.nearness, hits.stock
FROM walk CROSS JOIN LATERAL (
SELECT count(*) AS found, array_agg(nearness) AS nearness, array_agg(stock) AS stock
FROM (
SELECT l.nearness, stock.stock
FROM (SELECT location_id, partner_id, distance_m AS nearness
FROM (SELECT location_id, partner_id, sqrt(chord2 + spread2 * spread2 * ('1'::float8 / girth2 + spread2 * '6.714012053629978e-30'::float8)) AS distance_m
FROM (SELECT location_id, partner_id, chord2, girth2, chord2 + '0.006739496742276434'::float8 * rise2 AS spread2
FROM (SELECT location_id, partner_id, ($9::float8 - x_m) * ($9::float8 - x_m) + ($10::float8 - y_m) * ($10::float8 - y_m) + ($11::float8 - z_m) * ($11::float8 - z_m) AS chord2, ($11::float8 - z_m) * ($11::float8 - z_m) AS rise2,
'488167579089228'::float8 + '0.08141901070338707'::float8 * ($11::float8 * z_m) AS girth2
FROM unnest(($12::bigint[])[($14::int[])[(walk.band + 1)] : ($14::int[])[(walk.band + 1) + 1] - 1], ($13::bigint[])[($14::int[])[(walk.band + 1)] : ($14::int[])[(walk.band + 1) + 1] - 1]) AS range (lo, hi)
CROSS JOIN LATERAL (SELECT location_id, partner_id, x_m, y_m, z_m FROM locations WHERE h3_cell BETWEEN range.lo AND range.hi OFFSET 0) AS candidate OFFSET 0) AS squared OFFSET 0) AS spread) AS measured
WHERE distance_m > ($8::float8[])[(walk.band + 1)] AND distance_m <= ($7::float8[])[(walk.band + 1)]
ORDER BY distance_m OFFSET 0) AS l
CROSS JOIN LATERAL (SELECT s.item_id, s AS stock FROM items i JOIN stock_rows s ON s.item_id = i.item_id AND s.partner_id = i.partner_id AND i.partner_id = l.partner_id
WHERE s.location_id = l.location_id AND s.partner_id = l.partner_id AND s.listed
  AND EXISTS (SELECT FROM partners p WHERE p.partner_id = l.partner_id AND p.status = 'approved')
  AND i.search_keys && $1::text[] AND i.search_keys && $2::text[] AND i.search_keys && $3::text[]
  AND s.availability = ANY ($4::availability[])
  AND (greatest(s.quantity - s.reserved, 0) >= $5::int OR s.availability IN ('on_request', 'scheduled_only'))
  AND s.verified_at >= $6::timestamptz
  AND (l.nearness, s.item_id, s.location_id) > ($16::float8, $17::uuid, $18::uuid)
ORDER BY s.item_id LIMIT $15::bigint - walk.found) AS stock
ORDER BY l.nearness, stock.item_id, l.location_id LIMIT $15::bigint - walk.found) AS hit
) AS hits
WHERE walk.band < $19::int AND walk.found < $15::bigint
), page AS (
SELECT hit.* FROM walk CROSS JOIN LATERAL unnest(walk.nearness, walk.stock) AS hit (nearness)) SELECT '{' || '"rows":[' || coalesce((SELECT string_agg(json_build_array(i.item_id, i.external_ref, i.title, i.brand, i.category, i.gtin, i.image_url, i.buy_url, s.price_amount::text, s.price_currency, greatest(s.quantity - s.reserved, 0), s.availability, s.verification_method, (date_part('epoch', s.verified_at) * 1000)::int8, s.proof_id, f.kind, f.media_url, encode(f.sha256, 'hex'), (date_part('epoch', f.captured_at) * 1000)::int8, (date_part('epoch', f.received_at) * 1000)::int8, f.distance_from_location_m, s.location_id, s.partner_id, s.nearness)::text, ',' ORDER BY s.nearness, s.item_id, s.location_id)
FROM page AS s
LEFT JOIN LATERAL (SELECT * FROM proofs WHERE proof_id = s.proof_id AND partner_id = s.partner_id OFFSET 0) AS f ON true
CROSS JOIN LATERAL (SELECT * FROM items WHERE item_id = s.item_id AND partner_id = s.partner_id OFFSET 0) AS i), '') || '],"locations":[' || coalesce((SELECT string_agg(json_build_array(location.location_id, location.name, partner.name, location.lat, location.lng, location.timezone, location.opening_hours, location.delivery_radius_m, location.prep_minutes, location.speed_kmh)::text, ',')
FROM (SELECT DISTINCT location_id, partner_id FROM page) AS shown
CROSS JOIN LATERAL (SELECT * FROM locations WHERE location_id = shown.location_id AND partner_id = shown.partner_id OFFSET 0) AS location
CROSS JOIN LATERAL (SELECT * FROM partners WHERE partner_id = shown.partner_id OFFSET 0) AS partner), '') || ']' || '}');
END
$function$;
