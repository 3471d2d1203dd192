"""Words that invented French customers are made of. Towns and postcodes are real, nobody is."""

from __future__ import annotations

_WOMEN = (
    "Élodie Zoé Hélène Anaïs Gaëlle Maëlys Chloé Inès Noémie Léa Camille Aurélie Céline Françoise Éloïse "
    "Marie-Thérèse Anne-Sophie Marie Agnès Solène Maïwenn Béatrice Aïcha Fatoumata Lucie Margaux Thaïs Océane "
    "Cécile Renée Joséphine Manon Adèle Clémence Véronique Sylvie Apolline Ingrid"
)
WOMEN = tuple(_WOMEN.split())
_MEN = (
    "François Jérôme Théo Côme Noël Jean-Pierre Jean-François Loïc Yann Maël Gaëtan Benoît Rémi Sébastien Cédric "
    "Stéphane Mickaël Raphaël André Hervé Timothée Aurélien Grégoire Léo Mathéo Ousmane Karim Étienne Luc Baptiste "
    "Pierre-Yves Régis Thibault Anselme Félix Joël Élie Gwenaël"
)
MEN = tuple(_MEN.split())
_SURNAMES = (
    "Martin,Bernard,Lefèvre,Na,O'Neill,d'Ormesson,Le Goff,Le Guen,de La Tour,Du Pré,Dupont-Moreau,Saint-Père,"
    "L'Hermitte,Crève-Cœur,Müller,Nuñez,Da Silva,Ben Amar,Nguyen,Mac Lean,Béranger,Çelik,Grégoire,Lenoir,Petit,"
    "Roussel,Gauthier,Chevallier,Rivière,Fontaine,Barbier,Perrin,Clément,Gérard,Brunet,Schneider,Kowalski,"
    "Van den Berghe,D'Angelo,Évrard,Hébert,Delattre,Marchand,Pélissier,Quéméneur,Île,Ly,Bâtard-Noël,Traoré,Haddad"
)
SURNAMES = tuple(_SURNAMES.split(","))
_STREETS = (
    "rue des Tanneurs,rue de l'Église,avenue de la République,boulevard Victor-Hugo,place du Marché,"
    "allée des Tilleuls,chemin du Moulin,impasse des Lilas,quai de la Fosse,route de Vannes,rue Saint-Rémy,"
    "cours Émile-Zola,rue du Général-de-Gaulle,square des Érables,rue du Puits-Neuf,passage Pommeraye"
)
STREETS = tuple(_STREETS.split(","))
EXTRAS = ("Bât. C", "Appt 12", "Résidence Les Cèdres", "2e étage", "Lieu-dit Kérivel", "Chez Mme Évrard")
_COMPANIES = (
    "Café de l'Étoile,Garage Béranger & Fils,Fleurs d'Été,SARL Le Petit Marché,Cycles O'Neill,"
    "Boulangerie Saint-Père,Crêperie Ty Coz,Optique Rivière,Maison Lefèvre,Atelier n° 7"
)
COMPANIES = tuple(_COMPANIES.split(","))
_TOWNS = (
    "01000 Bourg-en-Bresse,02000 Laon,04000 Digne-les-Bains,05000 Gap,06000 Nice,06400 Cannes,07000 Privas,"
    "08000 Charleville-Mézières,09000 Foix,13001 Marseille,14000 Caen,16000 Angoulême,17000 La Rochelle,"
    "20000 Ajaccio,20200 Bastia,21000 Dijon,22000 Saint-Brieuc,25000 Besançon,26000 Valence,29200 Brest,"
    "29000 Quimper,31000 Toulouse,33000 Bordeaux,34000 Montpellier,35000 Rennes,35400 Saint-Malo,37000 Tours,"
    "38000 Grenoble,42000 Saint-Étienne,44000 Nantes,44600 Saint-Nazaire,45000 Orléans,49000 Angers,51100 Reims,"
    "54000 Nancy,56000 Vannes,57000 Metz,59000 Lille,59200 Tourcoing,63000 Clermont-Ferrand,64000 Pau,"
    "64200 Biarritz,67000 Strasbourg,68100 Mulhouse,69003 Lyon,69100 Villeurbanne,72000 Le Mans,73000 Chambéry,"
    "74000 Annecy,75011 Paris,76600 Le Havre,80000 Amiens,83000 Toulon,84000 Avignon,85000 La Roche-sur-Yon,"
    "86000 Poitiers,87000 Limoges,92100 Boulogne-Billancourt,93200 Saint-Denis,94300 Vincennes"
)
TOWNS = tuple((town[:5], town[6:]) for town in _TOWNS.split(","))
OVERSEAS = (
    # postcode, town, ISO code of the territory, its phone code, head of its mobile numbers
    ("97110", "Pointe-à-Pitre", "GP", "590", "690"),
    ("97200", "Fort-de-France", "MQ", "596", "696"),
    ("97300", "Cayenne", "GF", "594", "694"),
    ("97400", "Saint-Denis", "RE", "262", "692"),
    ("97410", "Saint-Pierre", "RE", "262", "692"),
)
ABROAD = (
    # postcode, town, ISO code, phone code, head of a mobile number and how many digits follow
    ("1000", "Bruxelles", "BE", "32", "470", 6),
    ("4000", "Liège", "BE", "32", "475", 6),
    ("1201", "Genève", "CH", "41", "79", 7),
    ("1003", "Lausanne", "CH", "41", "78", 7),
    ("LS1 4AP", "Leeds", "GB", "44", "7400", 6),
    ("BS1 5TR", "Bristol", "GB", "44", "7400", 6),
)
NOTES = (
    "Préfère être rappelée le soir",
    "Taille 38, aime le lin",
    "Client depuis l'ouverture",
    "Livraison le mardi matin",
    "Passe par l'entrée de service",
    "Dit « à bientôt » mais ne vient qu'à Noël",
)
