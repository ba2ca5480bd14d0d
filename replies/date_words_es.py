"""Spanish words of dates."""

from __future__ import annotations

from replies.date_vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    months="enero ene;febrero feb;marzo;abril abr;mayo;junio jun;julio jul;agosto ago;"
    "septiembre setiembre sept sep set;octubre oct;noviembre nov;"
    "diciembre dic diziembre diciemre december",
    weekdays="lunes luns;martes matres;miercoles miercols;jueves juebes jueve;viernes vierness"
    " viernez"
    " biernes virnes vienes;sabado;domingo",
    short_weekdays="lun;mar;mie mier;jue juev;vie vier;sab;dom",
    numbers="dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12"
    " trece=13 catorce=14 quince=15 dieciseis=16 diecisiete=17 dieciocho=18 diecinueve=19"
    " veinte=20"
    " veintiuno=21 veintidos=22 veintitres=23 veinticuatro=24 veinticinco=25 veintiseis=26"
    " veintisiete=27 veintiocho=28 veintinueve=29 treinta=30 treinta_y_uno=31 cuarenta=40"
    " sesenta=60",
    ordinals="primero=1 primer=1",
    signs={
        "1": "un una uno",
        "N": "proximo proxima proximos proximas prox siguiente siguientes que_viene q_viene"
        " que_entra entrante proxmo",
        "C": "que_vienen",
        "T": "este esta ese esa en_curso corriente actual presente",
        "G": "hace",
        "L": "pasado pasada pasados ultimo ultima ultimos anterior",
        "S": "desde",
        "E": "fin fines final finales finalizar ultimo_dia termino cierre finalizando acabar"
        " acabe termine acaba",
        "B": "principio principios inicio inicios comienzo comienzos primeros_de",
        "M": "mediados mitad medio",
        "W": "semana sem semna",
        "v": "semanas",
        "O": "mes",
        "n": "meses",
        "D": "dia",
        "j": "dias",
        "K": "habiles habil laborables laborable naturales_habiles",
        "Q": "trimestre",
        "Y": "ano anos",
        "F=15": "quincena",
        "h": "horas hora",
        "H": "esta_misma_tarde esta_misma_noche hoy oy esta_tarde esta_noche esta_manana hoi"
        " hoy_mismo",
        "A": "manana mana mañna manna",
        "Z=2": "pasado_manana pasadomanana",
        "P": "tarde noche mediodia madrugada primera_hora",
        "J": "fin_del_dia final_del_dia ultima_hora medianoche fin_de_jornada",
        "I": "en dentro durante de_aqui_a de_aqui_al plazo_de denos dennos dame deme"
        " al_cabo_de lo_largo transcurso",
        "u": "antes hasta para a_mas_tardar tardar sobre hacia a_partir",
        "+": "otros otras otra otro",
        ",": "por_favor porfa es_decir",
        "p": "por alrededor aproximadamente",
        "t": "el la los las al lo",
        "f": "de del d",
        "q": "mas mas_tarde despues_de_hoy",
        "R": "o a u",
        "r": "y e",
        "b": "entre",
        "V": "los_lunes los_martes los_miercoles los_jueves los_viernes pronto proximamente"
        " cuanto_antes lo_antes_posible antes_posible en_breve brevedad"
        " algun_dia unos_dias unas_semanas algunos_dias algunas_semanas un_par_de_dias"
        " un_par_de_semanas par_de_dias par_de_semanas pocos_dias mas_adelante",
        "e=after_weekend": "despues_del_fin_de_semana pasado_el_fin_de_semana",
        "X": "fin_de_semana finde",
        "a": "despues tras a_partir_de_la desde_la a_contar a_la_recepcion",
        "U": "ayer anteayer antier",
        "z": "neto vencimiento_a plazo condiciones",
        "i": "factura facturas fact fra no n num numero nro ref referencia pedido pedidos"
        " recordatorio"
        " aviso plazos cuota cuotas pago pagos vez veces planta calle albaran albaranes cliente"
        " pagina unidades articulos linea lineas parte",
    },
)
