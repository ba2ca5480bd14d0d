"""English words of dates."""

from __future__ import annotations

from replies.date_vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    months="january jan;february feb febuary febr;march mar;april apr;may;june jun;july jul;"
    "august aug;september sept sep;october oct octobre;november nov;december dec",
    weekdays="monday munday mon;tuesday tues tue teusday;"
    "wednesday weds wensday wedsday wednsday;thursday thurs thur thu thrusday thersday;"
    "friday fri firday frday fridya fryday fridat fridey;saturday satday;sunday",
    short_weekdays=";;wed;;;sat;sun",
    numbers="one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11"
    " twelve=12 thirteen=13 fourteen=14 fifteen=15 twenty=20 thirty=30 forty=40 sixty=60 ninety=90"
    " twenty_one=21",
    ordinals="first=1 second=2 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9"
    " tenth=10"
    " eleventh=11 twelfth=12 thirteenth=13 fourteenth=14 fifteenth=15 sixteenth=16 seventeenth=17"
    " eighteenth=18 nineteenth=19 twentieth=20 twenty_first=21 twenty_second=22 twenty_third=23"
    " twenty_fourth=24 twenty_fifth=25 twenty_sixth=26 twenty_seventh=27 twenty_eighth=28"
    " twenty_ninth=29 thirtieth=30 thirty_first=31",
    signs={
        "1": "a an",
        "N": "next nxt following next_following subsequent",
        "C": "coming upcoming",
        "T": "this ths current the_current",
        "L": "last past previous prev",
        "S": "since",
        "E": "end ends ending last_day last_working_day last_business_day very_end close"
        " latter_part",
        "B": "beginning start early begining first_half",
        "M": "middle mid midle midweek",
        "W": "week wk weeks_end",
        "v": "weeks wks",
        "O": "month mth mnth",
        "n": "months mths",
        "D": "day calendar_day",
        "j": "days dys calendar_days",
        "K": "business working work banking bank trading",
        "k": "workdays workday bizdays weekday",
        "Q": "quarter qtr",
        "Y": "year yr",
        "F=14": "fortnight",
        "h": "hours hrs hour",
        "H": "today tdy 2day todays tonight tonite 2nite this_afternoon this_evening this_morning"
        " later_on_today",
        "A": "tomorrow tomorow tommorow tommorrow tmrw tmr tmw tmrrw tomoz tomorrows 2moro 2mrw"
        " 2morrow tomorro tom0rrow tomorrrow",
        "Z=2": "day_after_tomorrow day_after_tomorow day_after_tmrw",
        "P": "morning afternoon evening night noon midday lunchtime lunch am pm",
        "J": "end_of_day end_of_the_day end_of_business end_of_play close_of_the_day midnight"
        " days_end",
        "I": "in within withing inside over allow give_us give_me allow_us allow_me during"
        " throughout need",
        "u": "by until till til untill before b4 no_later_than not_later_than for due",
        "+": "another extra additional more further",
        ",": "please pls plz namely ie",
        "p": "on around about approximately approx say at_latest from as_of effective",
        "t": "the s our your their",
        "f": "of",
        "g": "ago back earlier",
        "q": "from_now from_today time hence later from_tomorrow out",
        "R": "or to thru through and_or",
        "r": "and",
        "b": "between from_the",
        "V": "mondays tuesdays wednesdays thursdays fridays saturdays sundays soon shortly"
        " sometime_soon as_soon_as_possible in_due_course eventually"
        " sometime at_some_point one_day any_day any_day_now coming_days coming_weeks"
        " next_few_days"
        " next_couple_of_days next_few_weeks a_few_days a_few_weeks few_days few_weeks"
        " couple_of_days"
        " couple_of_weeks a_couple_of_days a_couple_of_weeks couple_days couple_weeks"
        " a_couple_days a_couple_weeks some_time some_days",
        "e=after_weekend": "after_the_weekend after_weekend",
        "e=month": "month_is_out month_is_over month_ends month_closes month_end monthend"
        " end_month months_end month_s_end",
        "e=week": "week_is_out week_is_over week_ends",
        "e=quarter": "quarter_end quarterend",
        "e=year": "year_end yearend year_s_end",
        "X": "weekend wkend",
        "l": "calendar_week week_no week_number",
        "a": "after following_receipt upon",
        "U": "yesterday",
        "z": "net terms nett term",
        "i": "invoice invoices inv no nr number ref reference po order orders reminder reminders"
        " letter email message request payment payments instalment instalments installment"
        " installments rate rates part half party times floor notice bill bills statement"
        " avenue street st suite room copy attempt item items line lines version quarter_of"
        " half_of"
        " account acct unit units page warning option question point thing delivery step",
    },
)
