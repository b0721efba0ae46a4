/** What the demo says of each kind of product. */
export const demoDescriptions: Readonly<Record<string, string>> = {
  'Over-Ear Headphones':
    'Soft cushions that close around the ear and a headband that forgets it is there. Forty hours on a charge.',
  'On-Ear Headphones': 'Light enough for a whole day of calls, folds flat into a coat pocket. Wired or wireless.',
  'Studio Headphones': 'A neutral sound for mixing, with a coiled cable and cushions that can be replaced.',
  'Wireless Earbuds': 'Small buds in a case the size of a matchbox. Six hours of music, four more charges in the case.',
  'Noise-Cancelling Earbuds':
    'Three microphones on each side listen to the train so that you need not. Lets voices through at a tap.',
  'Sports Earbuds': 'A hook over the ear keeps them in place on a run; rain and sweat do them no harm.',
  'Bookshelf Speaker Pair':
    'Two-way loudspeakers for a living room, with a warm bass and room correction by telephone.',
  'Portable Speaker':
    'Takes the party to the lake: floats, plays for twenty hours and pairs with a second one for stereo.',
  Soundbar: 'One bar below the screen and dialogue becomes clear at last. Connects over HDMI or optical cable.',
  'Mechanical Keyboard':
    'Tactile switches that can be swapped without soldering, keycaps of thick PBT, a steel plate beneath.',
  'Compact Wireless Keyboard':
    'Seventy-five keys, three paired devices, half a year on a charge. Fits a backpack and a small desk.',
  'Split Ergonomic Keyboard':
    'Two halves set apart at the width of your shoulders and tented to the angle of your wrists.',
  'Wireless Mouse': 'A quiet mouse for either hand that tracks on glass and runs for a year on one battery.',
  'Vertical Mouse': 'Holds the hand as in a handshake and rests the forearm. Six buttons, two of them for the thumb.',
  Trackball: 'The ball moves, the arm does not: precise work on a crowded desk, with four programmable buttons.',
  'Office Monitor':
    'A matte panel that can be raised, tilted and turned upright. One USB-C cable brings picture and power.',
  '4K Monitor':
    'Sharp text and true colours, calibrated before it leaves the factory. Charges a laptop while it shows its picture.',
  'Curved Monitor': 'A gentle curve puts every corner at the same distance. Two computers side by side on one screen.',
  'USB-C Wall Charger':
    'A small charger on gallium nitride that stays cool. Charges telephone and laptop from one socket.',
  'Desktop Charger': 'Four ports on the desk, one cable to the wall; power goes where it is needed most.',
  'Car Charger': 'Sits flush in the lighter socket and charges two telephones at full speed.',
  'USB-C Cable': 'Carries data, picture and power. The plugs are moulded in one piece and bend ten thousand times.',
  'HDMI Cable': 'Certified for 4K at 120 pictures a second, shielded three times over.',
  'Braided Charging Cable': 'Wrapped in woven nylon that does not tangle, with a strap to keep it in order.',
  'Cast Iron Skillet':
    'Pre-seasoned iron that sears a steak, bakes a cornbread and outlives its owner. For every hob, induction too.',
  'Stainless Saucepan': 'Three layers of steel and aluminium up to the rim, a lid that pours and strains.',
  'Enamelled Casserole': 'Slow braises, crusty bread and Sunday soup from one heavy pot that looks good on the table.',
  "Chef's Knife": 'A forged blade of 20 centimetres, ground thin by hand, balanced at the bolster.',
  'Bread Knife': 'A long wave of teeth that goes through crust without a crumb and through tomatoes as well.',
  'Paring Knife': 'A short, nimble blade for everything that is peeled, cored or trimmed in the hand.',
  'Espresso Machine': 'Heats up in three minutes, holds its temperature to a degree, steams milk while the shot runs.',
  'Burr Coffee Grinder': 'Conical steel burrs and forty steps, from the finest espresso to a coarse French press.',
  'Pour-Over Kettle': 'A thin curved spout for a steady hand, and a thermometer in the lid.',
  'Dinner Plate Set': 'Six stoneware plates, each glazed by hand and no two alike. Safe in the dishwasher.',
  'Stoneware Mug Set': 'Four mugs with a handle for three fingers and walls that keep the coffee warm.',
  'Serving Bowl': 'A wide bowl for salad, pasta or a whole orchard of fruit.',
  'Articulated Desk Lamp': 'Two springs and three joints: the light goes where you push it and stays there. Dims warm.',
  'Clamp Lamp': 'Grips a shelf or the edge of a table, so that the desk stays free.',
  'Bedside Lamp': 'A soft light to read by, dimmed by touch, with a port to charge a telephone overnight.',
  'Pendant Light': 'One quiet light above the table. The cable is shortened without tools.',
  'Flush Ceiling Light': 'Lies flat against a low ceiling and lights the whole room evenly.',
  'Cluster Chandelier': 'Seven lights on cables of different lengths, hung as you like.',
  'Dining Chair': 'Solid wood with a curved back, made for long evenings. Stacks in fours.',
  'Bar Stool': 'A footrest at the right height and a seat that is shaped, not flat.',
  'Rocking Chair': 'Rocks without a sound on felted runners. The seat is woven from paper cord.',
  'Writing Desk': 'A calm table with two drawers and a channel behind for all the cables.',
  'Height-Adjustable Desk':
    'From sitting to standing in ten seconds, with four heights remembered. Two motors, hardly a sound.',
  'Folding Desk': 'A full desk in the daytime, a narrow shelf on the wall in the evening.',
  'Two-Person Tent': 'Stands in five minutes and through a storm. Two doors, two porches, less than three kilograms.',
  'Four-Person Tent': 'Room to stand up in, two bedrooms that darken, a porch for boots and bicycles.',
  'Ultralight Solo Tent': 'Pitched with trekking poles, packed to the size of a bottle, 890 grams.',
  'Summer Sleeping Bag': 'For warm nights down to ten degrees; opens flat into a blanket.',
  'Three-Season Sleeping Bag':
    'From spring to autumn, down to minus five degrees, with a hood that closes around the face.',
  'Down Sleeping Bag':
    'Responsibly sourced goose down for nights of minus fifteen. Packs smaller than a loaf of bread.',
  'Day Pack': 'Twenty litres with a laptop sleeve and a rain cover that lives in the bottom pocket.',
  'Trekking Backpack': 'Sixty litres on a frame that moves with the hips; the back is adjusted while it is worn.',
  'Roll-Top Backpack': 'Waterproof without a zip, grows from eighteen to twenty-six litres when shopping happens.',
  'Front Bike Light': 'Lights the road and not the eyes of others. Charged over USB-C, held by a clamp without tools.',
  'Rear Bike Light': 'Seen from half a kilometre away and from both sides; brightens when the bicycle brakes.',
  'Helmet Light': 'Looks where you look. Front and back in one light of 70 grams.',
  'Folding Lock': 'Six hardened bars that fold into a holder on the frame.',
  'Chain Lock': 'Square links of hardened steel in a sleeve that spares the paint.',
  'Cable Lock': 'A light lock for a quick stop, long enough for both wheels.',
  'Hardcover Notebook':
    'Thread-sewn, so that it lies flat; 192 pages of paper that a fountain pen does not bleed through.',
  'Pocket Notebook Trio': 'Three thin notebooks for the back pocket, 48 pages each, round corners.',
  'Project Planner': 'Undated weeks on the left, room to think on the right, a pocket for receipts in the back.',
  'Fountain Pen':
    'A steel nib that is ground by hand and writes at once after a week in the drawer. Takes bottled ink.',
  'Brush Pen Set': 'Ten colours with a flexible tip, from a hairline to a bold stroke. Water-based, mixes on paper.',
  'Rollerball Pen': 'A line that flows like ink and dries like a ballpoint. Refillable.',
  'Harbour Traders': 'Load ships, read the wind, outbid your neighbours. Two to five players, an hour and a half.',
  'Night Train to Trieste':
    'Somebody on this train is not who they say. A cooperative mystery for one to four players, an hour.',
  'Garden of Stones': 'Lay paths, place stones, leave room: a quiet duel for two, half an hour.',
};
