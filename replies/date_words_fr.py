"""French words of dates."""

from __future__ import annotations

from replies.date_vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    months="janvier janv jan;fevrier fevr fev;mars;avril avr;mai;juin;juillet juil jui;aout;"
    "septembre sept sep september;octobre oct october;novembre nov november;"
    "decembre dec december",
    weekdays="lundi lndi;mardi;mercredi mecredi mercedi mercrdi;jeudi jeuid jedi;"
    "vendredi vendrdi vendreddi vndredi;samedi;dimanche",
    short_weekdays="lun;mar;mer;jeu;ven vend;sam;dim",
    numbers="deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12"
    " treize=13 quatorze=14 quinze=15 seize=16 dix_sept=17 dix_huit=18 dix_neuf=19 vingt=20"
    " vingt_et_un=21 vingt_deux=22 vingt_trois=23 vingt_quatre=24 vingt_cinq=25 vingt_six=26"
    " vingt_sept=27 vingt_huit=28 vingt_neuf=29 trente=30 trente_et_un=31 quarante=40 soixante=60",
    ordinals="premier=1",
    signs={
        "1": "un une",
        "N": "prochain prochaine prochains prochaines suivant suivante suivants prochin"
        " pro prochainne",
        "C": "qui_vient a_venir",
        "T": "ce cette cet en_cours courant courante present",
        "G": "il_y_a y_a voici",
        "L": "dernier derniere derniers dernieres passe passee precedent precedente",
        "S": "depuis",
        "E": "fin la_fin dernier_jour final",
        "B": "debut courant_debut",
        "M": "milieu mi",
        "W": "semaine sem",
        "v": "semaines",
        "O": "mois",
        "n": "",
        "D": "jour",
        "j": "jours jrs",
        "K": "ouvres ouvre ouvrables ouvrable ouvr",
        "Q": "trimestre",
        "Y": "annee an ans annees",
        "F=15": "quinzaine",
        "F=8": "huitaine",
        "h": "heures heure",
        "H": "aujourd_hui aujourdhui aujourd ajd auj ojd ce_jour ce_soir ce_matin cet_apres_midi"
        " cette_apres_midi ce_midi cet_aprem cette_nuit jour_meme le_jour_meme aujourdui",
        "A": "demain 2main dmain demin deamin",
        "Z=2": "apres_demain apresdemain surlendemain",
        "P": "matin soir apres_midi aprem midi journee matinee soiree",
        "J": "fin_de_journee fin_de_la_journee fin_de_jour minuit",
        "I": "dans sous d_ici dici en au_cours durant pendant courant_de laissez_nous"
        " accordez_nous donnez_nous d_ici_a endeans ds",
        "u": "avant jusqu_au jusqu pour au a_partir vers au_plus_tard plus_tard des",
        "+": "encore supplementaires",
        ",": "svp stp soit s_il_vous_plait merci",
        "p": "du environ",
        "t": "le la les l",
        "f": "de d",
        "q": "plus_tard_a",
        "R": "ou a voire",
        "r": "et",
        "b": "entre",
        "V": "lundis mardis mercredis jeudis vendredis bientot prochainement rapidement"
        " des_que_possible sous_peu au_plus_vite plus_vite"
        " incessamment ulterieurement un_de_ces_jours quelques_jours quelques_semaines"
        " dans_les_meilleurs_delais meilleurs_delais rapidement_possible tantot un_jour",
        "e=after_weekend": "apres_le_week_end apres_le_weekend",
        "X": "week_end weekend we",
        "l": "semaine_numero",
        "a": "apres suivant_la_reception a_compter a_reception",
        "U": "hier avant_hier",
        "z": "net nets conditions echeance_a delai_de_paiement",
        "i": "facture factures fact no n numero num ref reference commande relance relances rappel"
        " courrier rue etage echeances versement versements mensualite mensualites fois article"
        " articles bon bl client page piece pieces lot ligne lignes acompte",
    },
)
